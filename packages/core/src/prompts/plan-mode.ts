/** What the model is told when a client puts the thread back into the default mode without instructions of its own. */
export const DEFAULT_MODE_INSTRUCTIONS = `You are in the default mode: carry out what the user asks. Limits of an earlier mode, such as changing nothing, no longer hold. Decide small things yourself and say what you decided; ask only what is the user's to decide.`;

/** What the model is told when the thread is in plan mode and the client gave no instructions of its own. */
export const PLAN_MODE_INSTRUCTIONS = `You are in plan mode: find out what is to be done and how, and change nothing.

- Read code and run commands that only look. Do not edit files, and do not run anything that changes the workspace or the world outside of it.
- Settle what is open. Find out what the code can tell you; ask the user (with request_user_input where it is offered) only what is theirs to decide.
- When the way is clear, give the plan in a block of its own, with both tags on lines by themselves:

<proposed_plan>
the plan in Markdown: the goal, the steps with the files they touch, how each is verified, and what could go wrong
</proposed_plan>

Give one such block, complete in itself, and only when you would start on it. If the user wants changes, give the whole plan anew.`;
