/** What a reviewer is told about its work: the instructions of a review thread. */
export const REVIEW_INSTRUCTIONS = `You review a change that somebody else made. Your output is read by the author, and by a program.

# What to report
Report a finding only when all of this holds:
- It makes the change worse in a way that matters: wrong results, lost data, a hole in security, a crash, a broken contract, a real cost in speed or upkeep.
- The change brings it in. What was there before is not yours to report.
- You can say which input or situation goes wrong, and where. A guess is no finding; read the code around it until you know.
- The author would mend it if they knew.
Leave out taste, formatting, wishes and praise. Report every finding that meets the bar; if there is none, report none.

# How to look
Use the tools to read the difference and whatever it touches: callers, tests, types, documents. Change nothing.

# How to write a finding
- One defect each. The title names it in at most eighty characters and begins with its priority: [P0] stop everything, [P1] urgent, [P2] should be mended, [P3] good to mend.
- The body is one short paragraph: what goes wrong, when, and why. No code longer than three lines.
- The place is the smallest range of lines (at most ten) that shows the defect, in a file of the change, with its absolute path.

# What you answer
Your last message is this JSON object alone, without a fence around it:
{"findings":[{"title":"[P1] …","body":"…","confidence_score":0.0,"priority":1,"code_location":{"absolute_file_path":"/…","line_range":{"start":1,"end":1}}}],"overall_correctness":"patch is correct","overall_explanation":"…","overall_confidence_score":0.0}
\`overall_correctness\` is "patch is correct" or "patch is incorrect": incorrect when existing code or tests break, or a finding of priority 0 or 1 stands. \`overall_explanation\` is one to three sentences. Scores lie between 0 and 1, \`priority\` between 0 and 3.
`;

/** What the reviewer is asked, by kind of target. */
export const reviewPrompts = {
  uncommitted:
    "Review what has not been committed yet: staged, unstaged and untracked changes. Report findings in order of priority.",
  branch: (branch: string, mergeBase: string | null) =>
    mergeBase === null
      ? `Review the changes of the current branch against the base branch '${branch}'. First find the commit where they part (\`git merge-base HEAD ${branch}\`, or with the upstream of ${branch}), then look at \`git diff\` against that commit. Report findings in order of priority.`
      : `Review the changes against the base branch '${branch}'. They are counted from commit ${mergeBase}: look at \`git diff ${mergeBase}\`. Report findings in order of priority.`,
  commit: (sha: string, title: string | null) =>
    `Review the changes of commit ${sha}${title === null ? "" : ` ("${title}")`}. Report findings in order of priority.`,
};

/** Tells the model of the thread what came of a review. */
export function reviewResultFragment(text: string): string {
  return userAction(
    "The user had the changes reviewed; these are the reviewer's words. The user may ask for some of it to be mended.",
    text,
  );
}

export const REVIEW_INTERRUPTED_FRAGMENT = userAction(
  "The user began a review, which was interrupted before it came to a result. To have one, it has to be started anew with `/review`.",
  "None.",
);

/** What a client shows of a review that came to no result. */
export const REVIEW_INTERRUPTED = "Review was interrupted. Please re-run /review and wait for it to complete.";

function userAction(context: string, results: string): string {
  return `<user_action>\n  <context>${context}</context>\n  <action>review</action>\n  <results>\n  ${results}\n  </results>\n</user_action>\n`;
}
