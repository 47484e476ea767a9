import { execFile } from "node:child_process";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { BenchError } from "../errors.ts";
import type { Placement } from "../programs/protocol.ts";
import { oneAndTwo } from "./backends.ts";
import { nodeProgram, type Program } from "./program.ts";

/** Something that does the same work elsewhere. */
export interface Peer {
  readonly name: string;
  readonly title: string;
  /** What to do where it is missing. */
  readonly howToGet: string;
  /** Each way in which it is measured is a row. */
  readonly placements: readonly Placement[];
  /** How to start it here, or nothing where it is not on this machine. */
  find(): Promise<((script: URL, placement: Placement) => Program) | undefined>;
}

/** Every peer there is, in the order of the report. */
export const peers: readonly Peer[] = [
  {
    name: "numpy",
    title: "NumPy",
    howToGet: "apt-get install python3-numpy libopenblas0, or pip install numpy",
    // Which is faster depends on the size of the products.
    placements: oneAndTwo().map((threads) => ({ backend: "cpu", threads })),
    find: () => pythonProgram("import numpy"),
  },
  {
    name: "pytorch",
    title: "PyTorch",
    howToGet: "apt-get install python3-torch, or pip install torch",
    placements: oneAndTwo().map((threads) => ({ backend: "cpu", threads })),
    find: () => pythonProgram("import numpy, torch"),
  },
  {
    name: "tfjs",
    title: "TensorFlow.js",
    howToGet: "npm install --prefix apps/bench/peers",
    // In Node its wasm backend runs on one thread.
    placements: [
      { backend: "wasm", threads: 1 },
      { backend: "cpu", threads: 1 },
    ],
    find: () => peerProgram("@tensorflow/tfjs", "@tensorflow/tfjs-backend-wasm"),
  },
  {
    name: "jax-js",
    title: "jax-js",
    howToGet: "npm install --prefix apps/bench/peers",
    placements: [{ backend: "wasm", threads: 1 }],
    find: () => peerProgram("@jax-js/jax"),
  },
  {
    name: "prototype",
    title: "The hard-wired prototype",
    howToGet: "pnpm install, which brings the compiler of its kernels",
    placements: oneAndTwo().map((threads) => ({ backend: "wasm", threads })),
    find: () => peerProgram("assemblyscript/package.json"),
  },
];

/** What `--peers` asks for: names, all that are present, or none. */
export type PeerChoice = "all" | readonly string[];

/** The peers to measure, and those that could be but are not here. */
export interface FoundPeers {
  readonly found: readonly {
    readonly peer: Peer;
    readonly start: (script: URL, placement: Placement) => Program;
  }[];
  readonly missing: readonly Peer[];
}

/**
 * Looks for peers on this machine.
 *
 * @throws BenchError `peer-missing` for one that was asked for by name
 */
export async function findPeers(choice: PeerChoice): Promise<FoundPeers> {
  const wanted = peers.filter(({ name }) => choice === "all" || choice.includes(name));
  const looked = await Promise.all(wanted.map(async (peer) => ({ peer, start: await peer.find() })));
  const missing = looked.filter(({ start }) => start === undefined).map(({ peer }) => peer);
  if (choice !== "all" && missing.length > 0) {
    const lines = missing.map(
      ({ name, title, howToGet }) => `--peers ${name}: ${title} is not here. To get it: ${howToGet}`,
    );
    throw new BenchError("peer-missing", lines.join("\n"));
  }
  return {
    found: looked.flatMap(({ peer, start }) => (start === undefined ? [] : [{ peer, start }])),
    missing,
  };
}

async function pythonProgram(
  check: string,
): Promise<((script: URL, placement: Placement) => Program) | undefined> {
  const python = await firstPython(check);
  if (python === undefined) return undefined;
  return (script, { threads }) => ({
    command: python,
    args: [script],
    env: {
      PYTHONDONTWRITEBYTECODE: "1",
      PYTHONPATH: fileURLToPath(new URL("../../peers/python", import.meta.url)),
      OPENBLAS_NUM_THREADS: `${threads}`,
      OMP_NUM_THREADS: `${threads}`,
      MKL_NUM_THREADS: `${threads}`,
    },
  });
}

// The first one on PATH may be without the module where the system's has it.
async function firstPython(check: string): Promise<string | undefined> {
  for (const command of ["python3", "/usr/bin/python3"]) {
    const works = await promisify(execFile)(command, ["-c", check]).then(
      () => true,
      () => false,
    );
    if (works) return command;
  }
  return undefined;
}

// What stands in peers/package.json, or in the bench's own.
async function peerProgram(...needs: readonly string[]): Promise<typeof nodeProgram | undefined> {
  const { resolve } = createRequire(new URL("../../peers/package.json", import.meta.url));
  try {
    for (const name of needs) resolve(name);
    return nodeProgram;
  } catch {
    return undefined;
  }
}
