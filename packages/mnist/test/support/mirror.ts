import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";
import { realFile } from "./real-files.ts";

/** The test part of MNIST, packed, by the name in the URL. */
const packedFiles: ReadonlyMap<string, Uint8Array> = new Map(
  ["t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"].map((name) => [
    `${name}.gz`,
    gzipSync(realFile(name), { level: 1 }),
  ]),
);

/** How a mirror treats a request for a file. */
export type Behaviour = (response: ServerResponse, content: Uint8Array, name: string) => void;

/** A real HTTP server on this machine. */
export interface Mirror extends AsyncDisposable {
  /** Ends in a slash. */
  readonly url: string;
  /** Paths asked for so far. */
  readonly requests: readonly string[];
}

export const good: Behaviour = (response, content) => {
  response.writeHead(200, { "content-length": content.length }).end(content);
};

export const unpackedOnTheWay: Behaviour = (response, content) => {
  response.writeHead(200, { "content-encoding": "gzip" }).end(content);
};

export const withoutLength: Behaviour = (response, content) => {
  response.writeHead(200);
  response.write(content.subarray(0, 5000));
  response.end(content.subarray(5000));
};

export const missing: Behaviour = (response) => {
  response.writeHead(404).end("not here");
};

export const stalled: Behaviour = (response, content) => {
  response.writeHead(200, { "content-length": content.length });
  response.write(content.subarray(0, content.length >> 1));
};

export const cutShort: Behaviour = (response, content) => {
  response.writeHead(200, { "content-length": content.length });
  response.write(content.subarray(0, content.length >> 1), () => response.destroy());
};

/** Ends in order, but too early: only gzip's own end tells. */
export const endsEarly: Behaviour = (response, content) => {
  response.writeHead(200).end(content.subarray(0, content.length >> 1));
};

/** The right length, valid gzip, one pixel or label changed. */
export const otherContent: Behaviour = (response, _content, name) => {
  const bytes = realFile(name.replace(".gz", "")).slice();
  bytes[bytes.length - 1] = 1;
  response.writeHead(200).end(gzipSync(bytes, { level: 1 }));
};

export const webPage: Behaviour = (response) => {
  response.writeHead(200, { "content-type": "text/html" }).end("<!doctype html><p>Please log in</p>");
};

export const bomb: Behaviour = (response) => {
  response.writeHead(200).end(gzipSync(new Uint8Array(2 ** 26)));
};

export const redirectTo =
  (location: (name: string) => string): Behaviour =>
  (response, _content, name) => {
    response.writeHead(302, { location: location(name) }).end();
  };

export async function startMirror(behaviour: Behaviour): Promise<Mirror> {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    const path = request.url ?? "";
    const name = path.slice(path.lastIndexOf("/") + 1);
    const content = packedFiles.get(name);
    requests.push(path);
    if (content === undefined) missing(response, new Uint8Array(0), name);
    else behaviour(response, content, name);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/mnist/`,
    requests,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
