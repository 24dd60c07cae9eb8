/** One runnable example of a package's README. */
export interface ReadmeExample {
  name: string;
  code: string;
  run(): Promise<unknown>;
}
export function readmeExamples(dir: string): ReadmeExample[];
