/**
 * What a module may hold, each by its name: functions of plain arrays that know no shapes but those that they are given.
 * Only those that a network needs are written, with those that they call.
 */
export const kernels: Readonly<Record<string, string>> = {
  // Of numbers, for `each`.
  add: "const add = (a, b) => a + b;",
  sub: "const sub = (a, b) => a - b;",
  mul: "const mul = (a, b) => a * b;",
  div: "const div = (a, b) => a / b;",
  pow: "const pow = (a, b) => (a === 1 ? 1 : a ** b);",
  maximum: "const maximum = (a, b) => Math.max(a, b);",
  minimum: "const minimum = (a, b) => Math.min(a, b);",
  neg: "const neg = (a) => -a;",
  round: "const round = (a) => (Math.abs(a % 1) === 0.5 ? 2 * Math.round(a / 2) : Math.round(a));",
  // Its power series; beyond 6 it is 1 to the last digit.
  erf: `const erf = (a) => {
  if (Math.abs(a) > 6) return Math.sign(a);
  let sum = a;
  for (let n = 1, term = a; Math.abs(term) > 1e-9; n++) sum += term *= (2 * a * a) / (2 * n + 1);
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-a * a) * sum;
};`,
  sigmoid: "const sigmoid = (a) => 1 / (1 + Math.exp(-a));",
  relu: "const relu = (a) => Math.max(a, 0);",
  leakyRelu: "const leakyRelu = (slope) => (a) => (a > 0 ? a : a * slope);",
  elu: "const elu = (alpha) => (a) => (a > 0 ? a : Math.expm1(a) * alpha);",
  silu: "const silu = (a) => a * sigmoid(a);",
  gelu: "const gelu = (a) => (a / 2) * (1 + erf(a * Math.SQRT1_2));",
  geluTanh:
    "const geluTanh = (a) => (a / 2) * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (a + 0.044715 * a ** 3)));",
  softplus:
    "const softplus = (beta) => (a) => (Math.max(beta * a, 0) + Math.log1p(Math.exp(-Math.abs(beta * a)))) / beta;",
  clip: "const clip = (low, high) => (a) => Math.min(Math.max(a, low), high);",
  whole: "const whole = (low, high) => (a) => Math.trunc(Math.min(Math.max(a, low), high)) || 0;",
  equal: "const equal = (a, b) => +(a === b);",
  notEqual: "const notEqual = (a, b) => +(a !== b);",
  less: "const less = (a, b) => +(a < b);",
  lessEqual: "const lessEqual = (a, b) => +(a <= b);",
  greater: "const greater = (a, b) => +(a > b);",
  greaterEqual: "const greaterEqual = (a, b) => +(a >= b);",
  where: "const where = (condition, a, b) => (condition ? a : b);",

  each: `// f of every number; shorter arrays are repeated.
const each = (f, a, b = a, c = a) => {
  const y = new Float32Array(Math.max(a.length, b.length, c.length));
  for (let i = 0; i < y.length; i++) y[i] = f(a[i % a.length], b[i % b.length], c[i % c.length]);
  return y;
};`,

  // Of a line of numbers, for `along`.
  softmax: `const softmax = (line) => {
  const most = maxOf(line)[0];
  const powers = line.map((a) => Math.exp(a - most));
  const sum = sumOf(powers)[0];
  return powers.map((a) => a / sum);
};`,
  logSoftmax: "const logSoftmax = (line) => line.map((a) => a - logsumexp(line)[0]);",
  sumOf: "const sumOf = (line) => [line.reduce((sum, a) => sum + a, 0)];",
  prodOf: "const prodOf = (line) => [line.reduce((product, a) => product * a, 1)];",
  maxOf: "const maxOf = (line) => [line.reduce((most, a) => Math.max(most, a), -Infinity)];",
  minOf: "const minOf = (line) => [line.reduce((least, a) => Math.min(least, a), Infinity)];",
  logsumexp: `const logsumexp = (line) => {
  const most = maxOf(line)[0];
  if (!Number.isFinite(most)) return [most];
  return [most + Math.log(line.reduce((sum, a) => sum + Math.exp(a - most), 0))];
};`,
  argmax: `const argmax = (line) => {
  const place = line.findIndex(Number.isNaN);
  return [place < 0 ? line.indexOf(maxOf(line)[0]) : place];
};`,
  argmin: "const argmin = (line) => argmax(line.map((a) => -a));",
  cumsum: `const cumsum = (line) => {
  let sum = 0;
  return line.map((a) => (sum += a));
};`,
  standardize: `const standardize = (epsilon) => (line) => {
  const mean = sumOf(line)[0] / line.length;
  const variance = line.reduce((sum, a) => sum + (a - mean) ** 2, 0) / line.length;
  return line.map((a) => (a - mean) / Math.sqrt(variance + epsilon));
};`,
  along: `// f of every line along an axis: x is [..., size, inner].
const along = (f, x, size, inner) => {
  const lines = x.length / size;
  let y;
  for (let l = 0; l < lines; l++) {
    const [outer, i] = [Math.floor(l / inner), l % inner];
    const made = f(Float32Array.from({ length: size }, (_, n) => x[(outer * size + n) * inner + i]));
    y ??= new Float32Array(lines * made.length);
    made.forEach((a, n) => (y[(outer * made.length + n) * inner + i] = a));
  }
  return y;
};`,

  walk: `const walk = (shape, steps, place, visit, axis = 0) => {
  if (axis === shape.length) return visit(place);
  for (let i = 0; i < shape[axis]; i++) walk(shape, steps, place + i * steps[axis], visit, axis + 1);
};`,
  view: `// The numbers of x from one place on, in another order: along each axis they lie so many places apart.
const view = (x, shape, steps, start = 0) => {
  const y = new Float32Array(shape.reduce((a, b) => a * b, 1));
  let at = 0;
  walk(shape, steps, start, (place) => (y[at++] = x[place]));
  return y;
};`,
  placed: `// The numbers of x put into y, along each axis so many places apart.
const placed = (x, y, shape, steps, start) => {
  let at = 0;
  walk(shape, steps, start, (place) => (y[place] = x[at++]));
  return y;
};`,
  concat: `// Of each part the numbers of a row, row by row.
const concat = (rows, parts) => {
  const y = new Float32Array(parts.reduce((sum, x) => sum + x.length, 0));
  let at = 0;
  for (let row = 0; row < rows; row++) {
    for (const x of parts) {
      const n = x.length / rows;
      y.set(x.subarray(row * n, row * n + n), at);
      at += n;
    }
  }
  return y;
};`,
  gather: `// Rows of a table by their numbers.
const gather = (table, indices, n) => {
  const y = new Float32Array(indices.length * n);
  indices.forEach((row, i) => row >= 0 && y.set(table.subarray(row * n, row * n + n), i * n));
  return y;
};`,

  matmul: `// [..., m, k] x [..., k, n]
const matmul = (a, b, k, n) => {
  const [rows, m] = [a.length / k, (a.length * n) / b.length];
  const y = new Float32Array(rows * n);
  for (let row = 0; row < rows; row++) {
    const matrix = Math.floor(row / m) * k * n;
    for (let j = 0; j < n; j++) {
      let sum = 0;
      for (let i = 0; i < k; i++) sum += a[row * k + i] * b[matrix + i * n + j];
      y[row * n + j] = sum;
    }
  }
  return y;
};`,
  linear: `const linear = (x, w, b) => each(add, matmul(x, w, w.length / b.length, b.length), b);`,

  conv2d: `// x [..., C, H, W], w [O, C / groups, P, Q] -> [..., O, R, S]
const conv2d = (x, w, b, [C, H, W], [O, G, P, Q], [R, S], stride, padding, dilation) => {
  const y = new Float32Array((x.length / (C * H * W)) * O * R * S);
  for (let at = 0; at < y.length; at++) {
    const [j, i, o] = [at % S, Math.floor(at / S) % R, Math.floor(at / (S * R)) % O];
    const first = (Math.floor(at / (S * R * O)) * C + Math.floor((o * C) / G / O) * G) * H;
    let sum = b ? b[o] : 0;
    for (let c = 0; c < G; c++) {
      for (let p = 0; p < P; p++) {
        const row = i * stride[0] + p * dilation[0] - padding[0];
        if (row < 0 || row >= H) continue;
        for (let q = 0; q < Q; q++) {
          const column = j * stride[1] + q * dilation[1] - padding[1];
          if (column < 0 || column >= W) continue;
          sum += x[(first + c * H + row) * W + column] * w[((o * G + c) * P + p) * Q + q];
        }
      }
    }
    y[at] = sum;
  }
  return y;
};`,
  convTranspose2d: `// Each number of x [..., C, H, W] paints its kernels, w [C, O / groups, P, Q], on [..., O, R, S].
const convTranspose2d = (x, w, [C, H, W], [O, G, P, Q], [R, S], stride, padding, dilation) => {
  const y = new Float32Array((x.length / (C * H * W)) * O * R * S);
  for (let at = 0; at < x.length; at++) {
    const [j, i, c] = [at % W, Math.floor(at / W) % H, Math.floor(at / (W * H)) % C];
    const first = Math.floor(at / (W * H * C)) * O + Math.floor((c * O) / G / C) * G;
    for (let o = 0; o < G; o++) {
      for (let p = 0; p < P; p++) {
        const row = i * stride[0] + p * dilation[0] - padding[0];
        if (row < 0 || row >= R) continue;
        for (let q = 0; q < Q; q++) {
          const column = j * stride[1] + q * dilation[1] - padding[1];
          if (column < 0 || column >= S) continue;
          y[((first + o) * R + row) * S + column] += x[at] * w[((c * G + o) * P + p) * Q + q];
        }
      }
    }
  }
  return y;
};`,
  pool2d: `// f of each window of images [..., H, W] -> [..., R, S]
const pool2d = (f, border, x, [H, W], [P, Q], [R, S], stride, padding, dilation) => {
  const y = new Float32Array((x.length / (H * W)) * R * S);
  const window = new Float32Array(P * Q);
  for (let at = 0; at < y.length; at++) {
    const [j, i, image] = [at % S, Math.floor(at / S) % R, Math.floor(at / (S * R))];
    for (let k = 0; k < P * Q; k++) {
      const row = i * stride[0] + Math.floor(k / Q) * dilation[0] - padding[0];
      const column = j * stride[1] + (k % Q) * dilation[1] - padding[1];
      const isInside = row >= 0 && row < H && column >= 0 && column < W;
      window[k] = isInside ? x[(image * H + row) * W + column] : border;
    }
    y[at] = f(window)[0];
  }
  return y;
};`,
  meanOf: "const meanOf = (line) => [sumOf(line)[0] / line.length];",
};

/** The kernels that code calls, and those that they call, in the order in which they stand above. */
export function kernelsFor(code: string): string[] {
  const needed = new Set<string>();
  const find = (text: string): void => {
    for (const [name] of text.matchAll(/\b[a-zA-Z]\w*\b/g)) {
      if (needed.has(name) || !Object.hasOwn(kernels, name)) continue;
      needed.add(name);
      find(kernels[name].replaceAll(/\/\/.*/g, ""));
    }
  };
  find(code);
  return Object.entries(kernels).flatMap(([name, text]) => (needed.has(name) ? [text] : []));
}
