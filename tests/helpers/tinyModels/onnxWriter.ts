/**
 * Writes ONNX models: a graph is put together node by node and comes out as the bytes of a `ModelProto`. The numbers
 * of fields and types are those of onnx.proto; what is here is what the tiny models need (float32 and int64 weights,
 * attributes that are numbers or lists of integers).
 */

/** Name of a tensor that flows through the graph. */
export type Tensor = string;
/** Elements of a tensor, by their numbers in `TensorProto.DataType`. */
export const ElementType = { float32: 1, int64: 7, boolean: 9 } as const;
/** Sizes that a run decides have a name. */
export type Shape = readonly (number | string)[];
export type Attribute = { readonly int: number } | { readonly ints: readonly number[] };

type ElementNumber = (typeof ElementType)[keyof typeof ElementType];

/** Version 17 of the operators is the first with LayerNormalization, and has been read since ONNX 1.12. */
const OPERATORS_VERSION = 17;
const FORMAT_VERSION = 8;

export class OnnxGraph {
  readonly #nodes: Uint8Array[] = [];
  readonly #weights: Uint8Array[] = [];
  readonly #inputs: Uint8Array[] = [];
  readonly #outputs: Uint8Array[] = [];
  #names = 0;

  input(name: string, type: ElementNumber, shape: Shape): Tensor {
    this.#inputs.push(valueInfo(name, type, shape));
    return name;
  }

  /** Declares a tensor that a node has under this name as one that a run gives back. */
  output(name: Tensor, type: ElementNumber, shape: Shape): void {
    this.#outputs.push(valueInfo(name, type, shape));
  }

  /** @param values row-major; as many as the shape says */
  weights(values: Float32Array, ...shape: readonly number[]): Tensor {
    return this.#constant(ElementType.float32, values, shape);
  }

  float(value: number): Tensor {
    return this.weights(Float32Array.of(value));
  }

  int(value: number): Tensor {
    return this.#constant(ElementType.int64, BigInt64Array.of(BigInt(value)), []);
  }

  ints(...values: readonly number[]): Tensor {
    return this.#constant(ElementType.int64, BigInt64Array.from(values, BigInt), [values.length]);
  }

  /** @param name of the result, where it must have a certain one */
  node(
    operator: string,
    inputs: readonly Tensor[],
    attributes: Readonly<Record<string, Attribute>> = {},
    name: Tensor = this.#newName(),
  ): Tensor {
    this.#nodes.push(
      message(
        ...inputs.map((input) => text(1, input)),
        text(2, name),
        text(4, operator),
        ...Object.entries(attributes).map(([key, value]) => bytes(5, attribute(key, value))),
      ),
    );
    return name;
  }

  toBytes(name: string): Uint8Array<ArrayBuffer> {
    const graph = message(
      ...this.#nodes.map((node) => bytes(1, node)),
      text(2, name),
      ...this.#weights.map((weights) => bytes(5, weights)),
      ...this.#inputs.map((input) => bytes(11, input)),
      ...this.#outputs.map((output) => bytes(12, output)),
    );
    const operators = message(text(1, ''), int(2, OPERATORS_VERSION));
    return message(int(1, FORMAT_VERSION), text(2, 'palate-tests'), bytes(7, graph), bytes(8, operators));
  }

  #constant(type: ElementNumber, values: Float32Array | BigInt64Array, shape: readonly number[]): Tensor {
    const elements = shape.reduce((product, size) => product * size, 1);
    if (elements !== values.length) {
      throw new RangeError(`A shape of [${shape.join()}] has ${elements} elements, got ${values.length}.`);
    }
    const name = this.#newName();
    // The raw form is little-endian, as is every machine that runs these tests.
    const raw = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    this.#weights.push(
      message(...shape.map((size) => int(1, size)), int(2, type), text(8, name), bytes(9, raw)),
    );
    return name;
  }

  #newName(): Tensor {
    return `t${this.#names++}`;
  }
}

function valueInfo(name: string, type: ElementNumber, shape: Shape): Uint8Array {
  const sizes = shape.map((size) => bytes(1, typeof size === 'string' ? text(2, size) : int(1, size)));
  const tensorType = message(int(1, type), bytes(2, message(...sizes)));
  return message(text(1, name), bytes(2, bytes(1, tensorType)));
}

function attribute(name: string, value: Attribute): Uint8Array {
  return 'int' in value
    ? message(text(1, name), int(3, value.int), int(20, 2))
    : message(text(1, name), ...value.ints.map((item) => int(8, item)), int(20, 7));
}

/** A message of protocol buffers is its fields, one behind the other. */
function message(...fields: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const joined = new Uint8Array(fields.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const field of fields) {
    joined.set(field, at);
    at += field.length;
  }
  return joined;
}

function int(field: number, value: number): Uint8Array {
  return Uint8Array.from([...varint(field << 3), ...varint(value)]);
}

function bytes(field: number, value: Uint8Array): Uint8Array {
  return message(Uint8Array.from([...varint((field << 3) | 2), ...varint(value.length)]), value);
}

function text(field: number, value: string): Uint8Array {
  return bytes(field, new TextEncoder().encode(value));
}

/** Seven bits a byte, the lowest first; a negative number as the 64 bits of its two's complement. */
function varint(value: number): number[] {
  const digits: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  for (; rest > 0x7fn; rest >>= 7n) digits.push(Number(rest & 0x7fn) | 0x80);
  return [...digits, Number(rest)];
}
