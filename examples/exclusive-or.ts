import { createCpuBackend } from "@gradwerk/backend-cpu";
import { articleNetwork, halfSquaredError, sgd, train } from "@gradwerk/nn";
import { createDevice } from "@gradwerk/tensor";
import { NumpyRandom } from "@gradwerk/tensor/random";

const device = createDevice(createCpuBackend());
const x = device.tensor([0, 0, 0, 1, 1, 0, 1, 1], { shape: [4, 2] }); // all pairs of two bits
const targets = device.tensor([1, 0, 0, 1, 0, 1, 1, 0], { shape: [4, 2] }); // class 0: equal, 1: different
const batch = () => ({ x, targets });
const model = articleNetwork([2, 4, 2], new NumpyRandom(7)); // 2 inputs, 4 hidden units, 2 classes
const parameters = model.initialize(device, "float32");
const optimizer = sgd({ learningRate: 4 });
const options = { device, model, parameters, loss: halfSquaredError, optimizer, steps: 1000, batch };
for await (const { step, loss } of train(options)) if (step % 250 === 0) console.log(step, loss);
console.log(await model.apply(parameters, x).argmax().data()); // Int32Array [0, 1, 1, 0]
