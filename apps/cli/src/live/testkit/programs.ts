import type { RuleProgram } from '../../detect/rule-program.ts';

/** A program of rules that are written as YAML. */
export function programOf(yaml: string): RuleProgram {
  return {
    files: [{ path: 'test.yaml', content: yaml }],
    load: { extraOutputs: [], selections: [], minPriority: 7, staticFields: {} },
    matching: 'first',
    print: {
      alert: {
        hostname: 'test',
        isoTime: true,
        includeOutput: true,
        includeMessage: false,
        includeFields: true,
        includeTags: true,
      },
      json: false,
      buffers: 'dots',
    },
  };
}

export function ruleText(name: string, condition: string, output = name): string {
  return `- {rule: ${name}, desc: d, condition: "${condition}", output: "${output}", priority: NOTICE}\n`;
}
