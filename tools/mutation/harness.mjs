// As much of vitest as the tests of the decision libraries use. It collects the tests of a script, and runs some of them.
import * as chaiParts from "@vitest/expect";

const { chai, JestAsymmetricMatchers, JestChaiExpect, JestExtend } = chaiParts;
chai.use(JestExtend);
chai.use(JestChaiExpect);
chai.use(JestAsymmetricMatchers);
const expect = Object.assign((value, message) => chai.expect(value, message), chai.expect);

/** @returns what a script gets as "vitest", and the tests it made. */
export function collector() {
  const root = { parent: null, names: [], before: [], beforeAll: [], after: [], ready: false };
  const tests = [];
  let suite = root;

  const describe = (name, body) => {
    const outer = suite;
    suite = { parent: outer, names: [...outer.names, name], before: [], beforeAll: [], after: [], ready: false };
    body();
    suite = outer;
  };
  const add = (name, body) => tests.push({ name: [...suite.names, name].join(" > "), body, suite });
  const it = (name, body, more) => add(name, typeof body === "function" ? body : more);
  it.each =
    (rows, ...values) =>
    (name, body) => {
      const table = Array.isArray(rows) && "raw" in rows ? templateRows(rows, values) : rows;
      for (const [index, row] of table.entries()) {
        const args = Array.isArray(row) ? row : [row];
        add(`${name} #${index}`, () => body(...args));
      }
    };
  it.runIf = condition => (condition ? it : silent);
  it.skipIf = condition => (condition ? silent : it);
  it.skip = silent;
  describe.runIf = condition => (condition ? describe : silent);
  describe.each = rows => (name, body) => {
    for (const [index, row] of rows.entries()) {
      describe(`${name} #${index}`, () => body(...(Array.isArray(row) ? row : [row])));
    }
  };
  const hooks = {
    beforeEach: body => suite.before.push(body),
    afterEach: body => suite.after.push(body),
    beforeAll: body => suite.beforeAll.push(body),
    afterAll: silent,
  };
  return { vitest: { describe, it, test: it, expect, ...hooks }, tests };
}

function silent() {}

function templateRows([head], values) {
  const names = head.split("|").map(name => name.trim());
  const rows = [];
  for (let index = 0; index < values.length; index += names.length) {
    rows.push(Object.fromEntries(names.map((name, column) => [name, values[index + column]])));
  }
  return rows;
}

/** Prepares what a test needs once, then runs it. Throws what the test throws. */
export async function runTest({ body, suite }) {
  const chain = [];
  for (let at = suite; at !== null; at = at.parent) chain.unshift(at);
  for (const at of chain) {
    if (at.ready) continue;
    for (const hook of at.beforeAll) await hook();
    at.ready = true;
  }
  for (const at of chain) for (const hook of at.before) await hook();
  try {
    await body({});
  } finally {
    for (const at of chain.toReversed()) for (const hook of at.after) await hook();
  }
}
