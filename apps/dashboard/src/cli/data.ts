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

function inLines({ source, set, classNames, verified, files, train, test }: MnistReport): string {
  const lines = [`${set.title} from ${source.description}`, `  ${source.location}`, ""];
  const width = Math.max(...files.map(({ name }) => name.length));
  // Of other known sets no hashes are published here to compare with.
  const hasHashes = set.id === "mnist" || set.id === "unknown";
  for (const file of files) {
    const state = file.verified ? "ok" : hasHashes ? "differs" : "read";
    lines.push(`${state.padEnd(9)} ${file.name.padEnd(width)} sha256 ${file.sha256}`);
  }
  lines.push("", verdictOn(set, verified));
  const areDigits = classNames.every((name, label) => name === String(label)) && classNames.length <= 10;
  for (const [name, part] of Object.entries({ train, test })) {
    if (part === undefined) continue;
    const each = areDigits ? "digit" : "class";
    lines.push(
      "",
      `${name}: ${part.count} images of ${part.columns} x ${part.rows} pixels; of each ${each}:`,
    );
    lines.push(...inRows(part.classCounts.map((count, label) => `${classNames[label] ?? label}: ${count}`)));
  }
  return `${lines.join("\n")}\n`;
}

function verdictOn(set: MnistReport["set"], verified: boolean): string {
  if (verified) return "Every file is the published one, byte for byte.";
  if (set.id === "mnist")
    return "This is not the published MNIST: the files above that differ have other bytes.";
  return set.id === "unknown"
    ? "This is not the published MNIST: the files are whole, and their classes are the labels that occur."
    : `This is not MNIST: the files are whole, and their names or their folder's name say ${set.title}.`;
}

/** Entries side by side, as many as 100 columns hold. */
function inRows(entries: readonly string[]): string[] {
  const rows: string[] = [];
  for (const entry of entries) {
    const row = rows.at(-1);
    if (row !== undefined && row.length + 2 + entry.length <= 100) rows[rows.length - 1] = `${row}  ${entry}`;
    else rows.push(`  ${entry}`);
  }
  return rows;
}
