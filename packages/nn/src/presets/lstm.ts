import { type DenseParameters, dense } from "../layers/dense.ts";
import { type Network, network } from "../layers/network.ts";
import { lstm, type RecurrentParameters } from "../layers/recurrent.ts";

/** What an LSTM and the dense layer after it learn. */
export type LstmNetworkParameters = readonly [RecurrentParameters, DenseParameters];

/**
 * An LSTM that reads an image row by row from the top, and a dense layer on its last state. What comes out are logits.
 *
 * @param input rows and columns of an image
 * @param options.units of the LSTM. Default: 64
 * @example
 * const model = lstmNetwork([28, 28], { classes: 10 });
 */
export function lstmNetwork(
  input: readonly [rows: number, columns: number],
  { classes, units = 64 }: { readonly classes: number; readonly units?: number },
): Network<LstmNetworkParameters> {
  return network(input, lstm({ units }), dense({ outputs: classes }));
}
