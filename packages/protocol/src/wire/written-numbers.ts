/**
 * The numbers of a text that a double does not tell enough of, as they are shown: container -> key -> text. They are
 * written with a fraction or an exponent, or are integers of too many digits.
 */
export type WrittenNumbers = ReadonlyMap<object, ReadonlyMap<string, string>>;

/** Stands for the container of the outermost value, whose key is empty. */
export const WHOLE: object = Object.freeze({});
