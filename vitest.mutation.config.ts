import everything from "./vitest.config.ts";

// What `pnpm mutation` runs for each change of an op or a gradient rule: the tests of both packages but the slowest,
// which look at statistics and at memory, not at single ops.
export default {
  ...everything,
  test: {
    ...everything.test,
    include: ["packages/{tensor,nn}/test/**/*.test.ts"],
    exclude: ["**/node_modules/**", "**/statistics.test.ts", "**/huge-sizes.test.ts"],
  },
};
