import { builtinModules } from "node:module";

const longest = 214;
const reserved: ReadonlySet<string> = new Set([...builtinModules, "node_modules", "favicon.ico"]);

/**
 * What is wrong with a name for a new npm package, or nothing.
 *
 * Source: the rules of `name` in the npm documentation of package.json, as the registry applies them to new packages.
 */
export function packageNameProblem(name: string): string | undefined {
  if (name === "") return "it is empty";
  if (name.length > longest) return `it has ${name.length} characters, and ${longest} are allowed`;
  if (name.startsWith("@") && !/^@[^/]+\/[^/]+$/.test(name)) return "a scoped name is @scope/name";
  if (reserved.has(name)) return "that name is taken by Node.js or npm itself";
  if (/[A-Z]/.test(name)) return "it has capital letters";
  for (const part of partsOf(name)) {
    const [strange] = /[^a-z0-9._-]/u.exec(part) ?? [];
    if (strange !== undefined) return `it has the character ${JSON.stringify(strange)}`;
    if (/^[._-]/.test(part)) return `it begins with ${JSON.stringify(part[0])}`;
  }
  return undefined;
}

/** A name that is right and looks most like the one that was asked for. */
export function suggestPackageName(name: string): string {
  const scoped = /^@[^/]*\/./.test(name);
  const [scope, own] = scoped ? partsOf(name).map(cleaned) : ["", cleaned(name)];
  const whole = scope !== "" && own !== "" ? `@${scope}/${own}` : own;
  const suggestion = whole === "" ? "gradwerk-backend" : whole.slice(0, longest);
  return reserved.has(suggestion) ? `gradwerk-backend-${suggestion.replace("_", "-")}` : suggestion;
}

/** What a backend of this package calls itself in messages: `wgpu` for `@me/gradwerk-backend-wgpu`. */
export function backendNameOf(packageName: string): string {
  const own = packageName.slice(packageName.indexOf("/") + 1);
  const short = own.replace(/^gradwerk-/, "").replace(/^backend-/, "");
  const name = short.replaceAll(".", "-").replace(/^[^a-z]+/, "");
  return name === "" ? "backend" : name;
}

function partsOf(name: string): string[] {
  return name.startsWith("@") ? name.slice(1).split("/") : [name];
}

function cleaned(part: string): string {
  return part
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, "-")
    .replace(/^[._-]+/, "")
    .replace(/-+$/, "");
}
