/** Does something on the terminal and, where a file is named, records what it shows. */
export async function recording<T>(
  file: string | undefined,
  show: (stdout: NodeJS.WriteStream) => Promise<T>,
): Promise<T> {
  if (file === undefined) return show(process.stdout);
  const { recordTerminal } = await import("../sharing/record-terminal.ts");
  const recorded = recordTerminal(process.stdout, file);
  try {
    return await show(recorded.stdout);
  } finally {
    recorded.close();
    if (recorded.problem !== undefined) process.stderr.write(`warning: ${recorded.problem}\n`);
  }
}
