import { rm } from "node:fs/promises";
import { connect as connectTo, createServer, type Server, type Socket } from "node:net";
import { UsageError, WorkError } from "../errors.ts";
import type { SourceSink, WatchSource } from "./sources.ts";
import { takeLines } from "./take-lines.ts";

/**
 * Listens on a local socket (a named pipe on Windows), for one program after another. Only the user's own programs can
 * connect.
 */
export function socketSource(path: string): WatchSource {
  const { promise: closed, resolve: endReading } = Promise.withResolvers<void>();
  let server: Server | undefined;
  let current: Socket | undefined;
  let hasSaid = false;

  const serve = async (socket: Socket, sink: SourceSink): Promise<void> => {
    if (current !== undefined) {
      socket.on("error", () => {});
      socket.destroy();
      // Once for each that is watched: a flood of connections says nothing more.
      if (!hasSaid) sink.say("another program wanted to be watched at the same time and was sent away");
      hasSaid = true;
      return;
    }
    current = socket;
    hasSaid = false;
    // A connection that breaks ends the stream.
    socket.on("error", () => {});
    sink.say("a program is connected");
    try {
      await takeLines(socket, sink.line);
    } catch {
      // Told as the end of its stream.
    } finally {
      current = undefined;
      sink.programEnded();
    }
  };

  return {
    name: path,
    async read(sink) {
      await makeFree(path);
      server = createServer((socket) => void serve(socket, sink));
      await new Promise<void>((resolve, reject) => {
        server?.once("error", (error) => reject(new WorkError(`watch ${path}: ${error.message}`)));
        // The file is made in this call: nobody else may connect, not even for a moment.
        const mask = process.umask(0o177);
        server?.listen(path, resolve);
        process.umask(mask);
      });
      sink.say(`waiting for a program that connects to ${path}`);
      await closed;
    },
    async close() {
      current?.destroy();
      endReading();
      const listening = server;
      if (listening?.listening) await new Promise<void>((resolve) => listening.close(() => resolve()));
    },
  };
}

/** A socket that nobody listens on was left behind by a program that was killed. */
async function makeFree(path: string): Promise<void> {
  if (isNamedPipe(path)) return;
  const isUsed = await new Promise<boolean>((resolve) => {
    const probe = connectTo(path);
    probe.once("connect", () => {
      probe.destroy();
      resolve(true);
    });
    probe.once("error", () => resolve(false));
  });
  if (isUsed)
    throw new UsageError(`watch ${path}: another program listens there already. Choose another name.`);
  await rm(path, { force: true });
}

function isNamedPipe(path: string): boolean {
  return path.startsWith("\\\\");
}
