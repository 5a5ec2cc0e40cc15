/**
 * What the kernel is asked to audit by default.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import { check } from '../support/check.js';
import { settled } from '../support/running.js';

export default defineSuite({
  id: 'security/audit-rules',
  summary: 'The audit rules are about SELinux alone, if there are any.',
  claims: ['Z15'],
  tags: ['security', 'audit'],
  topology: singleMachine(),
  async run({ machine, step }) {
    const main = machine();
    await settled(main);
    await step('the rules of the kernel', async () => {
      const rules = (await main.output(['auditctl', '-l'], { sudo: true })).split('\n');
      const other = rules.filter((rule) => !/selinux|No rules/i.test(rule));
      check.equal(other, [], 'audit rules that are not about SELinux');
    });
  },
});
