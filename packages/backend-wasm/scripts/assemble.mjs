// Compiles assembly/ twice, with relaxed SIMD and with plain SIMD, and writes each as a module that holds its bytes.
// What was compiled from the same sources is left as it is.
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { globSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { deflateRawSync } from "node:zlib";

const root = new URL("..", import.meta.url).pathname;
const compiler = createRequire(import.meta.url).resolve("assemblyscript/package.json");
const { bin, version } = JSON.parse(readFileSync(compiler, "utf8"));

const flags = [
  "-O3",
  "--noAssert",
  "--runtime",
  "stub",
  "--importMemory",
  "--sharedMemory",
  "--initialMemory",
  "1",
  "--maximumMemory",
  "65535",
  "--enable",
  "threads",
  "--enable",
  "simd",
];
const builds = { relaxed: ["--enable", "relaxed-simd"], plain: [] };

const sources = [
  ...globSync("assembly/**/*.ts", { cwd: root }),
  "src/opcodes.ts",
  "scripts/assemble.mjs",
].sort();
const hash = createHash("sha256").update(version);
for (const source of sources) hash.update(source).update(readFileSync(join(root, source)));
const digest = hash.digest();
const stamp = `// ${digest.toString("hex")}`;
// What the kernels say of themselves, so that JavaScript of another version notices: 30 bits of it, and the build.
const number = (digest.readUInt32LE() >>> 2) * 2;

mkdirSync(join(root, "src/generated"), { recursive: true });
await Promise.all(Object.entries(builds).map(([name, features]) => build(name, features)));
writeFileSync(
  join(root, "src/generated/stamp.ts"),
  `${stamp}\n/** What kernels of these sources give as their stamp, but for the last bit: 1 in the relaxed build. */\nexport const stamp: number = ${number};\n`,
);

async function build(name, features) {
  const target = join(root, `src/generated/${name}.ts`);
  if (firstLine(target) === stamp) return;
  const binary = join(tmpdir(), `gradwerk-${process.pid}-${name}.wasm`);
  const asc = join(dirname(compiler), bin.asc);
  const use = ["--use", `STAMP=${number + (name === "relaxed" ? 1 : 0)}`];
  await run(process.execPath, [asc, "assembly/index.ts", ...flags, ...features, ...use, "--outFile", binary]);
  const bytes = readFileSync(binary);
  const packed = deflateRawSync(bytes, { level: 9 });
  writeFileSync(
    target,
    `${stamp}\n/** The kernels as WebAssembly: deflated (RFC 1951), in base64. */\nexport const wasm: string =\n  "${packed.toString("base64")}";\n`,
  );
  console.log(`${name}: ${bytes.length} bytes, ${packed.length} deflated`);
}

function firstLine(path) {
  try {
    return readFileSync(path, "utf8").slice(0, stamp.length);
  } catch {
    return undefined;
  }
}

function run(command, args) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: root, stdio: "inherit" });
    child.on("error", reject);
    child.on("exit", (code) => (code === 0 ? resolve() : reject(new Error(`asc ended with ${code}.`))));
  });
}
