import { createBackend } from "@gradwerk/backend-wasm";
import { loadMnist } from "@gradwerk/mnist/node";
import { attentionNetwork, lstmNetwork, cnnNetwork, network, dense, reluLayer, fit, dataset, sgd, adam, adamW, oneCycle, parametersOf, kaimingUniform } from "@gradwerk/nn";
import { createDevice, conv2d, maxPool2d, crossEntropy, assign } from "@gradwerk/tensor";
import { uniform } from "@gradwerk/tensor/draws";
const [,, arch, epochs, batch, lr, opt, smoothing, seeds="1", mom="0.9", wd="0"] = process.argv;
const conv = (f, c, k, padding=0, stride=1) => ({ name: "conv", outputShape: ([, h, w]) => [f, Math.floor((h+2*padding-k)/stride)+1, Math.floor((w+2*padding-k)/stride)+1],
  initialize: (d, dtype, start) => { const w = d.zeros([f, c, k, k], { dtype }); const b = Math.sqrt(6/(c*k*k)); d.scope(() => assign(w, uniform(start.draws.nextKey(d), [f,c,k,k], { low: -b, high: b, dtype }))); return { weight: w, bias: d.zeros([f], { dtype }) }; },
  apply: ({ weight, bias }, x) => conv2d(x, weight, { bias, padding, stride }) });
const pool = { name: "pool", outputShape: ([c, h, w]) => [c, Math.floor(h/2), Math.floor(w/2)], initialize: () => [], apply: (_, x) => maxPool2d(x, 2) };
const flat = { name: "flat", outputShape: (s) => [s.reduce((a,b)=>a*b,1)], initialize: () => [], apply: (_, x) => x.reshape([x.shape[0], x.size/x.shape[0]]) };
const archs = {
  lenet: () => [conv(8,1,5), reluLayer, pool, conv(16,8,5), reluLayer, pool, flat, dense({ outputs: 10 })],
  lenetp: () => [conv(8,1,5), pool, reluLayer, conv(16,8,5), pool, reluLayer, flat, dense({ outputs: 10 })],
  lenet64: () => [conv(8,1,5), pool, reluLayer, conv(16,8,5), pool, reluLayer, flat, dense({ outputs: 64 }), reluLayer, dense({ outputs: 10 })],
  l824: () => [conv(8,1,5), pool, reluLayer, conv(24,8,5), pool, reluLayer, flat, dense({ outputs: 10 })],
  l832: () => [conv(8,1,5), pool, reluLayer, conv(32,8,5), pool, reluLayer, flat, dense({ outputs: 10 })],
  stride: () => [conv(16,1,5,0,2), reluLayer, conv(32,16,5,0,2), reluLayer, flat, dense({ outputs: 64 }), reluLayer, dense({ outputs: 10 })],
  stride2: () => [conv(12,1,5,2,2), reluLayer, conv(24,12,5,2,2), reluLayer, flat, dense({ outputs: 64 }), reluLayer, dense({ outputs: 10 })],
  p3: () => [conv(8,1,5), pool, reluLayer, conv(16,8,3), reluLayer, conv(16,16,3), pool, reluLayer, flat, dense({ outputs: 10 })],
  l1632: () => [conv(16,1,5), pool, reluLayer, conv(32,16,5), pool, reluLayer, flat, dense({ outputs: 128 }), reluLayer, dense({ outputs: 10 })],
};
const device = createDevice(await createBackend({ threads: +(process.env.T ?? 2) }));
const mnist = await loadMnist({ source: "auto", which: ["train", "test"] });
const shape = arch.startsWith('lstm') ? [28,28] : [1,28,28];
const set = (s) => dataset(device, { inputs: s.pixels, shape, labels: s.labels, classes: 10 });
const [tr, te] = [set(mnist.train), set(mnist.test)];
for (let seed = 1; seed <= +seeds; seed++) {
  const o = JSON.parse(process.env.O ?? '{}');
  const model = arch === 'lstm' ? lstmNetwork([28,28], { classes: 10, ...o }) : arch === 'attention' ? attentionNetwork([1,28,28], { classes: 10, ...o }) : arch === 'cnn' ? cnnNetwork([1,28,28], { classes: 10, ...o }) : network([1,28,28], ...archs[arch]());
  const parameters = model.initialize(device, "float32", { seed });
  const steps = Math.ceil(60000/+batch)*+epochs;
  const learningRate = oneCycle({ learningRate: +lr, steps, fall: process.env.FALL ?? "parabola", warmUp: +(process.env.WARM ?? 0.1) });
  const optimizer = opt === "sgd" ? sgd({ learningRate, momentum: +mom, weightDecay: +wd, nesterov: mom>0 }) : opt === "adamW" ? adamW({ learningRate, weightDecay: +wd }) : adam({ learningRate });
  const t = performance.now(); let acc = []; let tt = 0, ev = 0;
  for await (const r of fit({ device, model, parameters, optimizer, dataset: tr, test: te, batchSize: +batch, epochs: +epochs, shuffleSeed: seed, loss: (o, l) => crossEntropy(o, l, { labelSmoothing: +smoothing }) })) { acc.push(r.test?.accuracy); tt += r.seconds.train; ev += r.seconds.evaluate; }
  console.log(process.argv.slice(2).join(" "), "seed", seed, acc.join(" "), "train", tt.toFixed(2), "eval", ev.toFixed(2), "total", ((performance.now()-t)/1000).toFixed(2), "params", parametersOf(parameters).reduce((s,{tensor})=>s+tensor.size,0));
}
process.exit(0);
