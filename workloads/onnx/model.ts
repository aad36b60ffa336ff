/**
 * An ONNX model as its file has it: nodes, attributes, constants, inputs and outputs (onnx.proto of the ONNX project, IR version 10).
 * Nothing is computed here.
 *
 * @module
 */
import { EnigmarkError } from '../../schemes/errors.ts';
import { readTensor, type ConstantTensor } from './tensor.ts';
import { bytesOf, damaged, fieldsOf, floatsOf, integersOf, numberOf, textOf } from './wire.ts';

/** By name of the attribute; unread kinds (graphs, types) are left out. */
export interface Attribute {
  readonly number?: number;
  readonly numbers?: readonly number[];
  readonly text?: string;
  readonly texts?: readonly string[];
  readonly tensor?: ConstantTensor;
}

export interface OnnxNode {
  readonly operator: string;
  /** '' is ONNX's own. */
  readonly domain: string;
  readonly name: string;
  /** Names of values; '' where an optional one is left out. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: ReadonlyMap<string, Attribute>;
}

export interface OnnxValue {
  readonly name: string;
  /** Number of its type in TensorProto; 0: none. */
  readonly elementType: number;
  /** A name stands for a size that is not fixed; null: no shape is given. */
  readonly shape: readonly (number | string)[] | null;
}

export interface OnnxModel {
  /** Version of the operators by domain. */
  readonly opsets: ReadonlyMap<string, number>;
  readonly nodes: readonly OnnxNode[];
  readonly constants: ReadonlyMap<string, ConstantTensor>;
  /** Without constants, which older files list among their inputs. */
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
}

/** Since this version a file says what its operators' versions are. */
const LEAST_IR = 3;

function refuse(expected: string, got: string, remedy: string): never {
  throw new EnigmarkError('ONNX_UNSUPPORTED', { expected, got, remedy });
}

function readAttribute(message: Uint8Array): readonly [string, Attribute] {
  let name = '';
  const attribute: { -readonly [K in keyof Attribute]: Attribute[K] } = {};
  for (const field of fieldsOf(message)) {
    if (field.number === 1) name = textOf(field);
    else if (field.number === 2) attribute.number = floatsOf(field)[0]!;
    else if (field.number === 3) attribute.number = numberOf(field);
    else if (field.number === 4) attribute.text = new TextDecoder().decode(bytesOf(field));
    else if (field.number === 5) attribute.tensor = readTensor(bytesOf(field)).tensor;
    else if (field.number === 7) attribute.numbers = [...(attribute.numbers ?? []), ...floatsOf(field)];
    else if (field.number === 8) attribute.numbers = [...(attribute.numbers ?? []), ...integersOf(field)];
    else if (field.number === 9) attribute.texts = [...(attribute.texts ?? []), new TextDecoder().decode(bytesOf(field))];
    else if (field.number === 21) refuse('a model without local functions', 'an attribute of one', 'inline the functions');
  }
  return [name, attribute];
}

function readNode(message: Uint8Array): OnnxNode {
  const [inputs, outputs]: [string[], string[]] = [[], []];
  let [name, operator, domain] = ['', '', ''];
  const attributes = new Map<string, Attribute>();
  for (const field of fieldsOf(message)) {
    if (field.number === 1) inputs.push(textOf(field));
    else if (field.number === 2) outputs.push(textOf(field));
    else if (field.number === 3) name = textOf(field);
    else if (field.number === 4) operator = textOf(field);
    else if (field.number === 5) attributes.set(...readAttribute(bytesOf(field)));
    else if (field.number === 7) domain = textOf(field);
  }
  return { operator, domain: domain === 'ai.onnx' ? '' : domain, name, inputs, outputs, attributes };
}

function readShape(message: Uint8Array): readonly (number | string)[] {
  return messages(message, 1).map((dimension) => {
    let size: number | string = '?';
    for (const field of fieldsOf(dimension)) {
      if (field.number === 1) size = numberOf(field);
      else if (field.number === 2) size = textOf(field);
    }
    return size;
  });
}

function readValue(message: Uint8Array): OnnxValue {
  let name = '';
  let elementType = 0;
  let shape: OnnxValue['shape'] = null;
  for (const field of fieldsOf(message)) {
    if (field.number === 1) name = textOf(field);
    if (field.number !== 2) continue;
    for (const tensor of messages(bytesOf(field), 1)) {
      for (const part of fieldsOf(tensor)) {
        if (part.number === 1) elementType = numberOf(part);
        else if (part.number === 2) shape = readShape(bytesOf(part));
      }
    }
  }
  return { name, elementType, shape };
}

/** The messages in the fields of a number. */
function messages(message: Uint8Array, number: number): Uint8Array[] {
  return [...fieldsOf(message)].filter((field) => field.number === number).map(bytesOf);
}

/**
 * The model in the bytes of a file.
 *
 * @throws EnigmarkError ONNX_DAMAGED; ONNX_UNSUPPORTED for what is not read: versions before 3 of the format, constants in other files,
 * sparse constants, local functions
 */
export function readModel(bytes: Uint8Array): OnnxModel {
  let [ir, graph]: [number, Uint8Array | null] = [0, null];
  const opsets = new Map<string, number>();
  for (const field of fieldsOf(bytes)) {
    if (field.number === 1) ir = numberOf(field);
    else if (field.number === 7) graph = bytesOf(field);
    else if (field.number === 8) {
      let [domain, version] = ['', 0];
      for (const part of fieldsOf(bytesOf(field))) {
        if (part.number === 1) domain = textOf(part);
        else if (part.number === 2) version = numberOf(part);
      }
      opsets.set(domain === 'ai.onnx' ? '' : domain, version);
    } else if (field.number === 25) refuse('a model without local functions', 'one with them', 'export with the functions inlined');
  }
  if (graph === null) damaged('a graph', 'none');
  if (ir < LEAST_IR) refuse(`version ${LEAST_IR} of the file format or a later one`, `${ir}`, 'export the model with a newer tool');
  const constants = new Map<string, ConstantTensor>();
  for (const message of messages(graph, 5)) {
    const { name, tensor } = readTensor(message);
    constants.set(name, tensor);
  }
  if (messages(graph, 15).length > 0) refuse('dense constants', 'sparse ones', 'export without sparse initialisers');
  return {
    opsets,
    nodes: messages(graph, 1).map(readNode),
    constants,
    inputs: messages(graph, 11)
      .map(readValue)
      .filter(({ name }) => !constants.has(name)),
    outputs: messages(graph, 12).map(readValue),
  };
}
