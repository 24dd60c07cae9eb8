import { expect, test } from "vitest";
import { NetworkApprovals } from "../src/network/approvals.ts";

const request = (host: string, port = 443) => ({ protocol: "https_connect" as const, host, port });
const key = (host: string, port = 443) => ({ host, label: "https" as const, port });

test("what is approved for a session is handed on whole, and takes the place of what was there", async () => {
  const own = new NetworkApprovals(() => Promise.resolve());
  own.replaceApproved([key("old.io")]);
  own.replaceApproved([key("a.io"), key("b.io", 8443)]);
  expect(own.approvedHosts).toEqual([key("a.io"), key("b.io", 8443)]);
  const reviewers = new NetworkApprovals(() => Promise.resolve());
  reviewers.replaceApproved(own.approvedHosts);
  const asked = [request("A.io"), request("b.io", 8443), request("b.io"), request("old.io")];
  const answers = await Promise.all(asked.map(each => reviewers.decide(each)));
  expect(answers.map(({ decision }) => decision)).toEqual(["allow", "allow", "deny", "deny"]);
  expect(await reviewers.decide({ ...request("a.io"), protocol: "socks5_tcp" })).toEqual({
    decision: "deny",
    reason: "not_allowed",
  });
});

test("nobody is asked, and nothing goes out, where no turn runs", async () => {
  const approvals = new NetworkApprovals(() => Promise.reject(new Error("nobody saves")));
  expect(await approvals.decide(request("a.io"))).toEqual({ decision: "deny", reason: "not_allowed" });
  expect(approvals.approvedHosts).toEqual([]);
});
