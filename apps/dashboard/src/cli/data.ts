import { describeMnist, loadMnist, type MnistReport } from "@gradwerk/mnist/node";

export interface DataFlags {
  readonly data: string;
  readonly json?: boolean;
}

/** `gradwerk data`: finds MNIST (downloads it where it must), checks every byte and says what it found. */
export async function dataCommand({ data, json }: DataFlags): Promise<number> {
  const tell = new Map<string, number>();
  const mnist = await loadMnist({
    source: data,
    onProgress: ({ file, mirror, receivedBytes, totalBytes }) => {
      const tenth = totalBytes ? Math.floor((10 * receivedBytes) / totalBytes) : 0;
      if (tell.get(file) === tenth) return;
      tell.set(file, tenth);
      process.stderr.write(`downloading ${file} from ${new URL(mirror).host}: ${tenth * 10} %\n`);
    },
  });
  const report = describeMnist(mnist);
  process.stdout.write(json ? `${JSON.stringify(report)}\n` : inLines(report));
  return 0;
}

function inLines({ source, verified, files, train, test }: MnistReport): string {
  const lines = [`MNIST from ${source.description}`, `  ${source.location}`, ""];
  for (const file of files) {
    lines.push(`${file.verified ? "ok       " : "differs  "} ${file.name.padEnd(24)} sha256 ${file.sha256}`);
  }
  lines.push(
    "",
    verified
      ? "Every file is the published one, byte for byte."
      : "This is not the published MNIST: the files above that differ have other bytes.",
  );
  for (const [name, part] of Object.entries({ train, test })) {
    if (part === undefined) continue;
    lines.push("", `${name}: ${part.count} images of ${part.columns} x ${part.rows} pixels; of each digit:`);
    lines.push(part.classCounts.map((count, digit) => `  ${digit}: ${count}`).join(""));
  }
  return `${lines.join("\n")}\n`;
}
