/**
 * The update service: what it answers to whom, and what is said of it.
 */

import t from 'tap';
import { describeMessage } from '../../../../platforms/services/omaha/conversation.js';
import { appId, check, lab, request } from './omaha-lab.js';

t.test('nothing is offered', async (t) => {
  const { post, service } = await lab(t);
  const { status, text, type } = await post(request(check));
  t.strictSame([status, type], [200, 'text/xml']);
  t.match(text, `<app appid="${appId}" status="ok"><ping status="ok"/>`);
  t.match(text, '<updatecheck status="noupdate"/><event status="ok"/></app>');
  t.match(service.messages(), [
    {
      kind: 'check',
      answer: 'noupdate',
      ping: true,
      client: {
        version: '9999.0.0',
        track: 'alpha',
        machineAlias: 'a & b',
        machineId: '0123',
        installSource: 'ondemandupdate',
        deltaOkay: 'false',
        hardwareClass: '',
        language: 'en-US',
        isMachine: '1',
        updaterVersion: 'update_engine-0.4.10',
        os: { version: 'Chateau', platform: 'CoreOS', servicePack: '9999.0.0_x86_64' },
      },
    },
    { kind: 'event', event: { type: 3, result: 2, previousVersion: '0.0.0.0' } },
  ]);
  t.strictSame(service.events(), ['3/2']);
});

t.test('who is offered what', async (t) => {
  const { post, service, release } = await lab(t);
  const answers = async (version: string, track: string) => {
    return /updatecheck status="(\w+)"/.exec(
      (await post(request(check, version, track))).text,
    )?.[1];
  };
  service.offer(release, { track: 'beta' });
  t.equal(await answers('9999.0.0', 'alpha'), 'noupdate');
  t.equal(await answers('9999.0.0', 'beta'), 'ok');
  t.equal(await answers('9999.1.0', 'beta'), 'noupdate', 'it has that version');
  t.equal(await answers('10000.0.0', 'beta'), 'noupdate', 'it has a later one');
  t.equal(await answers('9998.0.0+nightly-20260822-2100', 'beta'), 'ok', 'a nightly build');
  t.equal(await answers('9999.1.0-nightly', 'beta'), 'ok', 'what came before the release');
  t.equal(await answers('9999.1.0+build', 'beta'), 'noupdate', 'it is that version');
  service.offer(release, { track: 'beta', always: true });
  t.equal(await answers('10000.0.0', 'beta'), 'ok');
  service.offer(undefined, { track: 'beta' });
  t.equal(await answers('9999.0.0', 'beta'), 'noupdate');
});

t.test('errors are told with code and flags', async (t) => {
  const { post, service } = await lab(t);
  // 10, by a test image from a test server.
  const code = 10 | 0x3000_0000;
  await post(request(`<event eventtype="3" eventresult="0" errorcode="${code}"></event>`));
  await post(request(`<event eventtype="3" eventresult="0" errorcode="-2147483630"></event>`));
  t.match(service.messages(), [
    {
      event: { type: 3, result: 0, errorCode: 10, errorFlags: 0x3000_0000, sentErrorCode: code },
    },
    { event: { errorCode: 18, errorFlags: 0x8000_0000, sentErrorCode: -2147483630 } },
  ]);
  await post(request('<event eventtype="3" eventresult="0" errorcode="44"></event>'));
  t.strictSame(service.messages().map(describeMessage), [
    `event 3/0 error 10 (sent as ${code})`,
    'event 3/0 error 18 (sent as -2147483630)',
    'event 3/0 error 44',
  ]);
});

t.test('an attribute that is absent is not one that is empty', async (t) => {
  const { post, service } = await lab(t);
  const app = `<app appid="${appId}" version="1.0.0" oem=""><updatecheck/></app>`;
  t.equal((await post(`<request protocol="3.0"><os></os>${app}</request>`)).status, 200);
  t.equal((await post(`<request protocol="3.0">${app}</request>`)).status, 200);
  const said = { appId, version: '1.0.0', oem: '' };
  t.strictSame(
    service.messages().map((one) => (one.kind === 'check' ? one.client : one.kind)),
    [{ ...said, os: {} }, said],
  );
});

t.test('waiting for a message', async (t) => {
  const { post, service, heard } = await lab(t);
  const coming = service.waitFor('a check', ({ kind }) => kind === 'check');
  await post(request(check));
  t.match(await coming, { kind: 'check' });
  t.equal(heard.length, 2);
  const late = service.waitFor('a download', ({ kind }) => kind === 'download', { timeoutMs: 20 });
  await t.rejects(late, {
    code: 'UPDATE_TIMEOUT',
    message:
      'the update server of main-0 waited 20 ms for a download; so far: ' +
      'check 9999.0.0 alpha → noupdate, event 3/2',
  });
});

t.test('machines are told when to ask again', async (t) => {
  const { service, release, post } = await lab(t);
  service.askAgainAfter(7200);
  t.match(
    (await post(request(check))).text,
    /<updatecheck PollInterval="7200" status="noupdate"\/>/,
  );
  service.offer(release);
  t.match((await post(request(check))).text, /<updatecheck PollInterval="7200" status="ok">/);
  service.askAgainAfter(undefined);
  t.notMatch((await post(request(check))).text, /PollInterval/);
});
