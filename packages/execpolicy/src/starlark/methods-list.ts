import { Fault } from "./fault.ts";
import { checkMutable, position } from "./indexing.ts";
import type { Method, Methods } from "./methods.ts";
import { equals } from "./operators.ts";
import { toSource } from "./printing.ts";
import { checkSize, isInt, type List, toArray, type Value } from "./values.ts";

/** Methods of lists. */
export const listMethods: Methods<List> = new Map<string, Method<List>>([
  [
    "append",
    {
      signature: "el",
      run: (list, [element]) => {
        checkMutable(list);
        checkSize(list.items.length + 1);
        list.items.push(element ?? null);
        return null;
      },
    },
  ],
  [
    "clear",
    {
      signature: "",
      run: list => {
        checkMutable(list);
        list.items.length = 0;
        return null;
      },
    },
  ],
  [
    "extend",
    {
      signature: "other",
      run: (list, [other], { budget }) => {
        const added = toArray(other ?? null, budget);
        checkMutable(list);
        checkSize(list.items.length + added.length);
        for (const item of added) list.items.push(item);
        return null;
      },
    },
  ],
  [
    "index",
    {
      signature: "needle start?:None|int end?:None|int",
      run: (list, [needle, start, end], { budget }) => {
        const from = offset(start, 0, list.items.length);
        const to = offset(end, list.items.length, list.items.length);
        for (let index = from; index < to; index += 1) {
          if (equals(list.items[index] ?? null, needle ?? null, budget)) return index;
        }
        throw new Fault(`Element '${toSource(needle ?? null, budget)}' not found in '${toSource(list, budget)}'`);
      },
    },
  ],
  [
    "insert",
    {
      signature: "index:int el",
      run: (list, [index, element], { budget }) => {
        checkMutable(list);
        checkSize(list.items.length + 1);
        budget.spend(list.items.length >> 4);
        list.items.splice(offset(index, 0, list.items.length), 0, element ?? null);
        return null;
      },
    },
  ],
  [
    "pop",
    {
      signature: "index?:int",
      run: (list, [index], { budget }) => {
        checkMutable(list);
        budget.spend(list.items.length >> 4);
        // Without an index the last position is meant, and an empty list has none.
        const last = list.items.length - 1;
        if (index === undefined && last < 0) throw new Fault("Index `-1` is out of bound");
        if (isInt(index ?? null) && Number(index) < 0) throw new Fault(`Index \`${Number(index)}\` is out of bound`);
        const at = index === undefined ? last : position(index, list.items.length, budget);
        return list.items.splice(at, 1)[0] ?? null;
      },
    },
  ],
  [
    "remove",
    {
      signature: "needle",
      run: (list, [needle], { budget }) => {
        checkMutable(list);
        const at = list.items.findIndex(item => equals(item, needle ?? null, budget));
        if (at === -1) {
          throw new Fault(
            `Element '${toSource(needle ?? null, budget)}' not found in list '${toSource(list, budget)}'`,
          );
        }
        list.items.splice(at, 1);
        return null;
      },
    },
  ],
]);

/** A position between 0 and the length; negative ones count from the end. */
export function offset(value: Value | undefined, otherwise: number, length: number): number {
  if (value === undefined || value === null || !isInt(value)) return otherwise;
  const at = Number(value) < 0 ? Number(value) + length : Number(value);
  return Math.min(length, Math.max(0, at));
}
