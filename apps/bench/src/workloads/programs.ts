import type { Workload } from "./workload.ts";

// .ts from the sources, .js once built
const extension = import.meta.url.slice(-3);

/** Where a workload's programs are: Gradwerk's, and that of each peer that has one. */
export function programsOf(workload: string, peers: readonly string[]): Workload["programs"] {
  const theirs = peers.map((peer): [string, URL] => {
    const language = peer === "numpy" || peer === "pytorch" ? "py" : "mjs";
    return [peer, new URL(`../../peers/${peer}/${workload}.${language}`, import.meta.url)];
  });
  return {
    gradwerk: new URL(`../programs/${workload}${extension}`, import.meta.url),
    ...Object.fromEntries(theirs),
  };
}
