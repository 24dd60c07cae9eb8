import { Fault } from "./fault.ts";
import { checkMutable } from "./indexing.ts";
import type { Method, Methods } from "./methods.ts";
import { toSource } from "./printing.ts";
import { Dict, hashKey, List, toArray, Tuple, type Value } from "./values.ts";
import type { Budget } from "./fault.ts";

const entriesOf = (dict: Dict): { key: Value; value: Value }[] => [...dict.entries.values()];

/** Methods of dictionaries. */
export const dictMethods: Methods<Dict> = new Map<string, Method<Dict>>([
  [
    "clear",
    {
      signature: "",
      run: dict => {
        checkMutable(dict);
        dict.entries.clear();
        return null;
      },
    },
  ],
  [
    "get",
    {
      signature: "key default?",
      run: (dict, [key, otherwise], { budget }) => {
        const value = dict.get(key ?? null, budget);
        return value === undefined ? (otherwise ?? null) : value;
      },
    },
  ],
  [
    "items",
    {
      signature: "",
      run: (dict, _args, { budget }) => {
        budget.spend(dict.entries.size);
        return new List(entriesOf(dict).map(({ key, value }) => new Tuple([key, value])));
      },
    },
  ],
  [
    "keys",
    {
      signature: "",
      run: (dict, _args, { budget }) => {
        budget.spend(dict.entries.size);
        return new List(dict.keys());
      },
    },
  ],
  [
    "pop",
    {
      signature: "key default?",
      run: (dict, [key, otherwise], { budget }) => {
        checkMutable(dict);
        const hash = hashKey(key ?? null, budget);
        const entry = dict.entries.get(hash);
        if (entry) {
          dict.entries.delete(hash);
          return entry.value;
        }
        if (otherwise !== undefined) return otherwise;
        throw new Fault(
          `Key \`${toSource(key ?? null, budget)}\` not found in dictionary \`${toSource(dict, budget)}\``,
        );
      },
    },
  ],
  [
    "popitem",
    {
      signature: "",
      run: dict => {
        checkMutable(dict);
        const [first] = dict.entries;
        if (first === undefined) throw new Fault("Cannot .popitem() on an empty dictionary");
        dict.entries.delete(first[0]);
        return new Tuple([first[1].key, first[1].value]);
      },
    },
  ],
  [
    "setdefault",
    {
      signature: "key default?",
      run: (dict, [key, otherwise], { budget }) => {
        const value = dict.get(key ?? null, budget);
        if (value !== undefined) return value;
        checkMutable(dict);
        dict.set(key ?? null, otherwise ?? null, budget);
        return otherwise ?? null;
      },
    },
  ],
  [
    "update",
    {
      signature: "pairs? **kwargs",
      run: (dict, [pairs, named], { budget }) => {
        checkMutable(dict);
        if (pairs !== undefined && pairs !== null) addPairs(dict, pairs, budget);
        if (named instanceof Dict) addPairs(dict, named, budget);
        return null;
      },
    },
  ],
  [
    "values",
    {
      signature: "",
      run: (dict, _args, { budget }) => {
        budget.spend(dict.entries.size);
        return new List(entriesOf(dict).map(entry => entry.value));
      },
    },
  ],
]);

/** Adds another dictionary, or a sequence of pairs. */
export function addPairs(dict: Dict, pairs: Value, budget: Budget): void {
  if (pairs instanceof Dict) {
    for (const { key, value } of pairs.entries.values()) dict.set(key, value, budget);
    return;
  }
  for (const pair of toArray(pairs, budget)) {
    const items = toArray(pair, budget);
    if (items.length !== 2) {
      throw new Fault(`Found a non-pair element in the positional argument of dict(): ${toSource(pair, budget)}`);
    }
    dict.set(items[0] ?? null, items[1] ?? null, budget);
  }
}
