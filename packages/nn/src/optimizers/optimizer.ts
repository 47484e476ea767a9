/** Changes parameters in place so that the loss falls. */
export interface Optimizer {
  readonly name: string;
  /** The size of a step; may be set between steps. */
  learningRate: number;
  /** One step along the gradients, which have the same tree as the parameters. */
  update<Parameters>(parameters: Parameters, gradients: Parameters): void;
}
