/**
 * What a container may take.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import { check } from '../support/check.js';
import { boxImage, boxNeeds, buildBox, docker } from '../support/docker.js';
import { settled } from '../support/running.js';

export default defineSuite({
  id: 'containers/limits',
  summary:
    'Limits of memory, processors and processes are set in the kernel, and the first one kills.',
  claims: ['R09'],
  tags: ['containers'],
  applies: { needs: boxNeeds },
  topology: singleMachine(),
  expects: [
    { pattern: 'cgroup-oom-kill', reason: 'the suite takes too much on purpose' },
    { pattern: 'oom-kill', reason: 'the suite takes too much on purpose' },
  ],
  async run(context) {
    const machine = context.machine();
    await settled(machine);
    await buildBox(context, machine);
    await context.step('they are what the cgroup says', async () => {
      const limits = ['--memory', '64m', '--cpus', '0.5', '--pids-limit', '20'];
      const files = 'cd /sys/fs/cgroup; cat memory.max cpu.max pids.max';
      const text = await docker(machine, 'run', '--rm', ...limits, boxImage, 'sh', '-c', files);
      check.equal(text.split('\n'), ['67108864', '50000 100000', '20'], 'memory, cpu, pids');
    });
    await context.step(
      'a container that wants more memory is killed, and nothing else',
      async () => {
        const eat = 'tail /dev/zero';
        const argv = [
          'run',
          '--name',
          'hungry',
          '--memory',
          '16m',
          '--memory-swap',
          '16m',
          boxImage,
        ];
        const result = await machine.exec(['docker', ...argv, 'sh', '-c', eat], {
          timeoutMs: 120_000,
        });
        check.fails(result, 'a container without memory');
        const killed = await docker(machine, 'inspect', '-f', '{{.State.ExitCode}}', 'hungry');
        check.equal(killed, '137', 'exit status of the container');
        check.equal((await machine.unit('docker.service')).activeState, 'active', 'docker.service');
      },
    );
    await context.step('processes beyond the limit are not started', async () => {
      const many = 'for n in 1 2 3 4 5 6 7 8 9 10; do sleep 5 & done; wait';
      const argv = [
        'docker',
        'run',
        '--rm',
        '--pids-limit',
        '5',
        boxImage,
        'sh',
        '-c',
        many,
      ] as const;
      const { stderr } = await machine.exec(argv, { timeoutMs: 60_000 });
      check.includes(stderr, "can't fork", 'what the shell says');
    });
  },
});
