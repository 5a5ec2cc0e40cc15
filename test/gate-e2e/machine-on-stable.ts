/**
 * A machine in the field: it follows stable, and asks an update server that serves the gate's channels.
 */

import type { Machine } from '../../harness/model/machine.js';
import { defineSuite, type Suite } from '../../harness/model/suite.js';
import type { UpdateRelease } from '../../harness/model/updates.js';
import { check } from '../../suites/support/check.js';
import { rebootLimits } from '../../suites/support/running.js';
import {
  checkForUpdate,
  configureUpdates,
  mustRun,
  runningSystem,
  runUpdate,
  updatable,
  updateStatus,
} from '../../suites/support/updates.js';

/** What the machine meets, and who hears of what it sees. */
export interface FieldPlan {
  readonly channels: string;
  readonly first: UpdateRelease;
  readonly broken: UpdateRelease;
  readonly good: UpdateRelease;
  /** Moves the good release up to stable, while the machine runs. */
  readonly promoteGood: () => Promise<void>;
  readonly saw: (what: string, seen: string) => void;
}

/** The suite; it fails when the machine gets anything that stable never had. */
export function machineOnStable(plan: FieldPlan): Suite {
  const { channels, good, broken } = plan;
  return defineSuite({
    id: 'gate/machine-on-stable',
    summary: 'A machine gets what its channel has, and nothing else.',
    claims: [],
    topology: updatable(
      {},
      { services: [{ kind: 'omaha', address: '10.0.2.100', port: 80, channels }] },
    ),
    limits: { ...rebootLimits, runMs: 1_800_000 },
    async run({ machine: named, step }) {
      const machine = named();
      await step('stable has nothing newer', async () => {
        plan.saw('a machine on stable asks', await ask(machine, 'stable'));
        plan.saw('it asks on beta', await ask(machine, 'beta'));
      });
      await step('alpha has the broken release', async () => {
        plan.saw('somebody on alpha is offered', await offerOnAlpha(machine, plan.first.version));
      });
      await step('a good release comes to stable', plan.promoteGood);
      await step('the machine gets it', async () => {
        await configureUpdates(machine, { GROUP: 'stable' });
        await runUpdate(machine);
        const { state, newVersion } = await updateStatus(machine);
        plan.saw('the machine on stable asks again', `${state} ${newVersion}`);
        await machine.reboot({ timeoutMs: 300_000 });
        const { version } = await runningSystem(machine);
        plan.saw('after the reboot it runs', version);
        await mustRun(machine, 'b', good);
      });
      await step('it never saw the broken release', async () => {
        const offers = machine
          .updateServer()
          .messages()
          .flatMap((said) => {
            const isOwn = said.kind === 'check' && said.client.machineId !== undefined;
            return isOwn && said.version ? [said.version] : [];
          });
        plan.saw('it was offered in all its life', offers.join(', '));
        check.equal(offers.includes(broken.version), false, 'the broken release among its offers');
      });
    },
  });
}

/** Has the update engine look, and says what the server answered. */
async function ask(machine: Machine, channel: string): Promise<string> {
  const server = machine.updateServer();
  const from = server.messages().length;
  await configureUpdates(machine, { GROUP: channel });
  await checkForUpdate(machine);
  const said = await server.waitFor(
    `a check on ${channel}`,
    (one) => one.kind === 'check' && one.client.track === channel,
    { from },
  );
  if (said.kind !== 'check') return said.kind;
  return [said.answer, said.version, said.reason].filter(Boolean).join(' ');
}

/** By hand, so that the engine of this machine does not begin to download it. */
async function offerOnAlpha(machine: Machine, version: string): Promise<string> {
  const app = 'appid="{e96281a6-d1af-4bde-9a0a-97b76e56dc57}" board="amd64-usr" track="alpha"';
  const body = `<app ${app} version="${version}"><updatecheck/></app>`;
  const request = `<?xml version="1.0"?><request protocol="3.0">${body}</request>`;
  const { url } = machine.updateServer();
  const answer = await machine.output(['curl', '-sS', '--fail', '--data', request, url]);
  return /<manifest version="([^"]+)"/.exec(answer)?.[1] ?? 'nothing';
}
