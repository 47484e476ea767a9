import { MnistError } from "../errors.ts";

/** `fetch`, or something with its contract. */
export type Fetch = typeof globalThis.fetch;

const MAX_REDIRECTS = 5;

/**
 * A mirror's address, checked: HTTPS, or HTTP to this very machine.
 *
 * @throws {@link MnistError} `mirror-invalid`.
 */
export function checkedUrl(address: string, base?: URL): URL {
  const url = URL.canParse(address, base?.href) ? new URL(address, base) : undefined;
  if (url?.protocol === "https:" || (url?.protocol === "http:" && isLoopback(url.hostname))) return url;
  throw new MnistError("mirror-invalid", {
    problem: "the mirror's address cannot be used",
    expected: "an address that begins with https:// (http:// only on this machine)",
    found: address,
    remedy: "Give another mirror.",
  });
}

/** Fetches a URL and follows redirects itself, so that none leads away from HTTPS. */
export async function request(url: URL, fetch: Fetch, signal: AbortSignal): Promise<Response> {
  let current = url;
  for (let hop = 0; hop <= MAX_REDIRECTS; hop++) {
    const response = await fetch(current.href, { signal, redirect: "manual" });
    const location = response.headers.get("location");
    if (response.ok) return response;
    await response.body?.cancel();
    if (response.status < 300 || response.status >= 400 || location === null) {
      throw new Error(`HTTP ${response.status} ${response.statusText}`.trimEnd());
    }
    current = checkedUrl(location, current);
  }
  throw new Error(`more than ${MAX_REDIRECTS} redirects`);
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "[::1]" || /^127\.\d+\.\d+\.\d+$/.test(host);
}
