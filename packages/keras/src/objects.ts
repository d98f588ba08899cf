import * as layers from "@keras/layers";
import * as losses from "@keras/losses";
import * as metrics from "@keras/metrics";
import * as models from "@keras/models";
import * as ops from "@keras/ops";
import * as optimizers from "@keras/optimizers";
import { OPERATIONS } from "@keras/ops/op-table";

const { activations, constraints, initializers, regularizers } = layers;

/** Everything of Keras that a file may name: classes and functions, and ops as nodes of graphs. */
export const KERAS_OBJECTS: readonly object[] = [
  layers, models, losses, metrics, optimizers, optimizers.schedules, initializers, regularizers, constraints, activations, { DTypePolicy: ops.DTypePolicy },
]; // prettier-ignore

export { OPERATIONS };
