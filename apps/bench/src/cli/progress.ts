/** Says what is being done, on a terminal only and in one line that later words replace. */
export function progressOn(stream: NodeJS.WriteStream): { tell(message: string): void; clear(): void } {
  if (!stream.isTTY) return { tell: () => undefined, clear: () => undefined };
  const clear = (): void => {
    stream.write("\r\u001b[K");
  };
  return {
    tell: (message) => {
      clear();
      stream.write(message.slice(0, stream.columns - 1));
    },
    clear,
  };
}
