import type { StepAnatomy } from "../../run/inspection.ts";
import { sharesOf } from "./back-pages.ts";
import { largestFirst, rootBranch } from "./choice.ts";

/** A branch of the tree that `back(l, j)` unrolls to: one unit, reached on one way from the root. */
export interface Branch {
  /** The units on the way from the root, `0/5`; empty for the root. */
  readonly key: string;
  readonly depth: number;
  readonly layer: number;
  readonly unit: number;
  /** What it sends back to the unit that it branches from: its `back` times the weight between. None for the root. */
  readonly share?: number;
  /** That as a part of the largest of its neighbours. */
  readonly part: number;
  readonly state: "open" | "closed" | "leaf";
}

/** The branches that are shown, from the root down: those of open branches, the largest shares first. */
export function branchesOf(anatomy: StepAnatomy, unit: number, open: readonly string[]): Branch[] {
  const last = anatomy.layers.length - 1;
  const shown: Branch[] = [];
  const add = (branch: Omit<Branch, "state">): void => {
    const isOpen = open.includes(branch.key);
    shown.push({ ...branch, state: branch.layer === last ? "leaf" : isOpen ? "open" : "closed" });
    if (branch.layer === last || !isOpen) return;
    const shares = sharesOf(anatomy, branch.layer, branch.unit);
    const order = largestFirst(shares);
    const most = Math.abs(shares[order[0]]) || 1;
    for (const above of order) {
      const key = branch.key === rootBranch ? String(above) : `${branch.key}/${above}`;
      const share = shares[above];
      add({ key, depth: branch.depth + 1, layer: branch.layer + 1, unit: above, share, part: share / most });
    }
  };
  add({ key: rootBranch, depth: 0, layer: 0, unit, part: 0 });
  return shown;
}
