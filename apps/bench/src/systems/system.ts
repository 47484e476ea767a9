import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { BenchError } from "../errors.ts";
import type { CaseRun, Facts, Placement } from "../programs/protocol.ts";
import type { Program } from "./program.ts";

/** Whose row it is. */
export interface SystemName extends Placement {
  /** `gradwerk`, or the peer's name. */
  readonly system: string;
}

/** A measured process that holds its data. */
export interface System {
  readonly name: SystemName;
  readonly facts: Facts;
  /** @throws BenchError `system` when the program reports an error or ends */
  run(caseId: string): Promise<CaseRun>;
  /** Ends the process, however busy it is. */
  close(): Promise<void>;
}

/** `gradwerk cpu`, with the number of threads where there is more than one. */
export function labelOf({ system, backend, threads }: SystemName): string {
  return `${system} ${backend}${threads === 1 ? "" : ` x${threads}`}`;
}

/**
 * Starts a program and gives it its data.
 *
 * @param signal ends the process
 * @throws BenchError `system` when it cannot be started or refuses the data
 */
export async function openSystem(
  name: SystemName,
  { command, args, env }: Program,
  payload: object,
  signal?: AbortSignal,
): Promise<System> {
  const label = labelOf(name);
  const paths = args.map((arg) => (arg instanceof URL ? fileURLToPath(arg) : arg));
  // A process group of its own: Ctrl-C reaches this process alone, which then reports and ends the others.
  const child = spawn(command, paths, { env: { ...process.env, ...env }, detached: true, stdio: "pipe" });
  const ended = once(child, "close").catch(() => undefined);

  let lastWords = "";
  child.stderr.on("data", (text) => {
    lastWords = `${lastWords}${text}`.slice(-1000);
  });
  let waiting: { resolve(reply: object): void; reject(error: BenchError): void } | undefined;
  let failure: BenchError | undefined;
  const fail = (reason: string): void => {
    failure ??= new BenchError("system", `${label}: ${reason}`);
    waiting?.reject(failure);
  };
  child.on("error", (error) => fail(`cannot be started: ${error.message}`));
  child.on("close", (code, ending) => {
    const said = lastWords.trim().split("\n").at(-1);
    fail(`the program ended (${ending ?? `exit code ${code}`})${said ? `: ${said}` : "."}`);
  });
  // What was written to a program that has ended is answered by its end.
  child.stdin.on("error", () => undefined);
  createInterface({ input: child.stdout }).on("line", (line) => {
    const reply = parseObject(line);
    if (reply !== undefined) waiting?.resolve(reply);
  });
  const kill = (): void => {
    child.kill("SIGKILL");
  };
  signal?.addEventListener("abort", kill, { once: true });

  const ask = async <Reply>(request: object): Promise<Reply> => {
    if (failure !== undefined) throw failure;
    const reply = await new Promise<object>((resolve, reject) => {
      waiting = { resolve, reject };
      child.stdin.write(`${JSON.stringify(request)}\n`);
    });
    if ("error" in reply) throw new BenchError("system", `${label}: ${reply.error}`);
    return reply as Reply;
  };
  const close = async (): Promise<void> => {
    signal?.removeEventListener("abort", kill);
    kill();
    await ended;
  };
  try {
    return {
      name,
      facts: await ask<Facts>({ prepare: payload }),
      run: (caseId) => ask({ run: caseId }),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

function parseObject(line: string): object | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === "object" && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
