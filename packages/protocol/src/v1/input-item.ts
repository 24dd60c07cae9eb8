import { array, nullable, type Out, string, struct, tagged, usize, withDefault } from "../wire/index.ts";

/** A range of UTF-8 bytes; `end` is not in it. */
export const V1ByteRange = struct("V1ByteRange", () => ({ start: usize, end: usize }));
export interface V1ByteRange extends Out<typeof V1ByteRange> {}

export const V1TextElement = struct("V1TextElement", () => ({
  byteRange: V1ByteRange,
  placeholder: nullable(string),
}));
export interface V1TextElement extends Out<typeof V1TextElement> {}

const text = struct("InputItem.Text", () => ({ text: string, text_elements: withDefault(array(V1TextElement), []) }));
const image = struct("InputItem.Image", () => ({ image_url: string }));
const localImage = struct("InputItem.LocalImage", () => ({ path: string }));

/** What a user says: the variant's name in `type`, its fields in `data`. */
export const InputItem = tagged("InputItem", "type", () => ({
  text: { data: text },
  image: { data: image },
  localImage: { data: localImage },
}));
export type InputItem = Out<typeof InputItem>;

/** How many characters (Unicode scalar values) items have; images have none. */
export function countCharacters(items: readonly InputItem[]): number {
  return items.reduce((sum, item) => (item.type === "text" ? sum + Array.from(item.data.text).length : sum), 0);
}
