import assert from 'node:assert/strict';
import { DEMO_PASSWORD } from '../../src/modules/accounts/demo-passwords.domain.js';
import { useBrowser, type Windows } from '../support/browser.js';
import { AdminPage } from './support/admin-page.js';
import { AgentPage, type Person } from './support/agent-page.js';
import { CustomerPhone } from './support/customer-phone.js';
import { VoiceApp } from './support/voice-app.js';

/** The list "Permissões" of the manual's page, under the tabs of "Perfis" where each is found. */
const PERMISSIONS_OF_THE_PAGE = {
  Usuários: [
    'Associação de usuário com o usuário do Unity',
    'Desassociação de usuário com o usuário do Unity',
    'Listar usuários',
    'Criar usuários',
    'Editar usuários',
  ],
  Administração: ['Administração', 'Configurações Gerais'],
  Motivos: ['Listar motivos', 'Criar motivos', 'Editar motivos', 'Excluir motivos'],
} as const;

const PROFILE = 'Administrador de voz';
const ADMINISTRATOR = { login: 'rosa.dias', password: 'voz-da-rosa-2026', name: 'Rosa Dias' };
const LOCAL = { login: 'otavio.local', password: 'senha-local-2026', name: 'Otávio dos Reis' };
/** The exchange's side of the same person, who is nobody of ours in the demonstration. */
const UNITY = { login: 'otavio.reis', password: DEMO_PASSWORD, name: 'Otávio Reis', extension: '1013' };
const REASON = 'Ginástica laboral';
const MISSPELLED = 'Ginastica Laboral';

const INTEGRATION = [
  'Configurações Gerais',
  'Integração com o UNITY',
  'Configurações de integração com o UNITY',
] as const;

/** Each step goes on where the one before ended, over one application, as the page is followed by a person. */
describe('the manual’s page on the voice channel, followed from "Pré-requisitos" to its end', function () {
  const browser = useBrowser();
  let app: VoiceApp;
  let hasFailed = false;

  before(async () => {
    app = await VoiceApp.start();
  });
  after(async () => {
    if (hasFailed) await app.abandon();
    else await app.end();
  });

  function step(title: string, body: (windows: Windows) => Promise<void>): void {
    it(title, async function () {
      assert.ok(!hasFailed, 'the step before this one failed');
      try {
        await browser.run(this.test!.fullTitle(), body);
      } catch (error) {
        hasFailed = true;
        throw error;
      }
    });
  }

  const openAsAdministrator = (windows: Windows): Promise<AdminPage> => AdminPage.open(windows, app.url, ADMINISTRATOR);
  const openAsAdmin = (windows: Windows): Promise<AdminPage> =>
    AdminPage.open(windows, app.url, { login: 'admin', password: DEMO_PASSWORD });

  async function isRefused(windows: Windows, login: string, password: string): Promise<void> {
    const page = await windows.open(`${app.url}/sign-in`);
    await page.getByLabel('Login').fill(login);
    await page.getByLabel('Senha').fill(password);
    await page.getByRole('button', { name: 'Entrar', exact: true }).click();
    await page.getByText('Login ou senha incorretos. Confira e tente de novo.').waitFor();
  }

  /** The agent starts the shift and takes calls of the queue; a customer's phone is on. */
  async function startWork(windows: Windows, queueId: number): Promise<{ agent: AgentPage; customer: CustomerPhone }> {
    const person: Person = { ...UNITY, id: 0 };
    const agent = await AgentPage.open(windows, app.url, person);
    await agent.startWork(queueId);
    return { agent, customer: await CustomerPhone.open(windows, app.url, app.customer.number) };
  }

  async function talk(agent: AgentPage, customer: CustomerPhone, queueNumber: string): Promise<void> {
    await customer.callQueue(queueNumber);
    await agent.waitForStatus('offered');
    await agent.press('accept');
    await agent.waitForStatus('talking');
    await Promise.all([agent.hears(), customer.hears()]);
  }

  async function hangUpAndFinish(agent: AgentPage, customer: CustomerPhone): Promise<void> {
    await agent.press('hang-up');
    await customer.waitForState('ended');
    await agent.page.getByRole('button', { name: 'Finalizar' }).waitFor();
    await agent.finishWrapUp('Segunda via', 'Boleto enviado por e-mail.');
  }

  step('the Administrator’s profile holds the permissions that the page lists, and no others', async (windows) => {
    const admin = await openAsAdmin(windows);
    await admin.makeProfile(PROFILE, PERMISSIONS_OF_THE_PAGE);
    const held = await admin.page.locator('label:has(input[name=permissions]:checked)').allTextContents();
    assert.deepEqual(held.map((text) => text.trim()).sort(), Object.values(PERMISSIONS_OF_THE_PAGE).flat().sort());
    await admin.makeUser(ADMINISTRATOR, PROFILE);
    // The exchange's own people add a pause reason there; the Administrator repeats it later.
    await admin.walk(['Central embutida'], 'Central embutida');
    await admin.follow('Motivos de pausa');
    await admin.follow('Novo');
    await admin.field('Nome').fill(REASON);
    await admin.press('Salvar');
    await admin.says(`“${REASON}” foi salvo.`);
  });

  step('the integration is tested and saved', async (windows) => {
    const administrator = await openAsAdministrator(windows);
    assert.deepEqual(await administrator.menu(), [
      'Administração',
      'Usuários',
      'Associação com usuário do Unity',
      'Motivos',
      'Integração com o UNITY',
      'Telefone do cliente',
    ]);
    await administrator.walk(INTEGRATION, 'Configurações de integração com o UNITY');
    assert.deepEqual(await administrator.crumbs(), ['Início', 'Administração', ...INTEGRATION]);
    await administrator.press('Testar conexão');
    await administrator.says('A conexão funciona. Você já pode salvar.');
    const outcomes = await administrator.main.locator('[data-test-steps] [data-part=outcomeLabel]').allInnerTexts();
    assert.ok(outcomes.length >= 5, `only ${outcomes.length} steps`);
    assert.deepEqual([...new Set(outcomes)], ['Passou']);
    await administrator.press('Salvar');
    await administrator.says('As configurações de integração foram salvas e já valem.');
  });

  step('an agent is created and associated, and has what was imported', async (windows) => {
    const administrator = await openAsAdministrator(windows);
    await administrator.makeUser(LOCAL, 'Atendente');
    await administrator.associate(LOCAL.name, UNITY.login);

    await administrator.openService(LOCAL.name);
    const { main } = administrator;
    for (const [label, value] of [
      ['Localidade', 'João Pessoa'],
      ['Ramal', UNITY.extension],
    ] as const) {
      assert.equal(await administrator.field(label).inputValue(), value);
      assert.equal(await administrator.field(label).isEditable(), false, `${label} is read-only`);
    }
    assert.deepEqual(await administrator.ticked(main.locator('#queues')), ['Suporte']);
    assert.equal(await main.locator('#queues input:enabled').count(), 0, 'the queues are read-only');
    assert.equal(await main.getByRole('button', { name: 'Salvar' }).count(), 0);
    await administrator.follow('Dados principais');
    assert.equal(await administrator.field('Login').inputValue(), UNITY.login);
    assert.equal(await administrator.field('Login').isEditable(), false);
  });

  step('a reason of the type "Pausa" is corrected to the spelling of the exchange', async (windows) => {
    const administrator = await openAsAdministrator(windows);
    await administrator.walk(['Configurações Gerais', 'Motivos'], 'Motivos');
    assert.deepEqual(await administrator.crumbs(), ['Início', 'Administração', 'Configurações Gerais', 'Motivos']);
    await administrator.follow('+Novo');
    await administrator.field('Nome').fill(MISSPELLED);
    await administrator.field('Tipo').selectOption({ label: 'Pausa' });
    await administrator.press('Salvar');
    await administrator.says(`“${MISSPELLED}” foi salvo, mas o Unity não tem um motivo com esta grafia`);
    await administrator.says(`No Unity está escrito “${REASON}”. Diferença: maiúsculas/minúsculas e acentos.`);
    await administrator.press(`Usar “${REASON}”`);
    await administrator.says(`“${REASON}” foi salvo.`);
    assert.equal(await administrator.main.getByTestId('spelling').count(), 0, 'nothing is left to correct');
  });

  step('the associated agent takes a call, and cannot be dissociated in it', async (windows) => {
    // The login and the password are the exchange's now, and only with each other.
    windows.expectComplaint(/422 .*\/sign-in\)$/);
    await isRefused(windows, LOCAL.login, LOCAL.password);
    await isRefused(windows, UNITY.login, LOCAL.password);
    const queue = await app.findQueue('Suporte');
    const { agent, customer } = await startWork(windows, queue.id);
    await agent.press('pause-menu');
    await agent.page.getByRole('menuitem', { name: REASON }).click();
    await agent.waitForStatus('paused');
    await agent.press('resume');
    await agent.waitForStatus('available');

    await talk(agent, customer, queue.number);
    const administrator = await openAsAdministrator(windows);
    await administrator.tickForAssociation(LOCAL.name);
    await administrator.press('Desassociar');
    await administrator.says('Está em ligação ou terminando um registro. Tente de novo quando acabar.');
    assert.equal(await administrator.main.getByRole('button', { name: 'Desassociar' }).count(), 0);
    await hangUpAndFinish(agent, customer);
    const call = await app.lastEndedCall();
    assert.deepEqual([call.queueId, call.state, call.endedBy], [queue.id, 'ended', 'agent']);
  });

  step('another queue is given by dissociating, editing in the exchange and associating again', async (windows) => {
    const administrator = await openAsAdministrator(windows);
    await administrator.tickForAssociation(LOCAL.name);
    await administrator.press('Desassociar');
    await administrator.waitForScreen('Desassociar do Unity');
    await administrator.press('Desassociar');
    await administrator.says('1 usuário foi desassociado.');
    assert.match(await administrator.field(`Link de ${LOCAL.name}`).inputValue(), /\/password\/\S+$/);

    const admin = await openAsAdmin(windows);
    await admin.walk(['Central embutida'], 'Central embutida');
    await admin.follow('Usuários');
    await admin.main.getByRole('searchbox').fill(UNITY.name);
    await admin.press('Pesquisar');
    await admin.follow(UNITY.name);
    await admin.field('Suporte (5001)').uncheck();
    await admin.field('Vendas (5002)').check();
    await admin.press('Salvar');
    await admin.says(`“${UNITY.name}” foi salvo.`);

    await administrator.associate(LOCAL.name, UNITY.login);
    await administrator.openService(LOCAL.name);
    assert.deepEqual(await administrator.ticked(administrator.main.locator('#queues')), ['Vendas']);

    const queue = await app.findQueue('Vendas');
    const { agent, customer } = await startWork(windows, queue.id);
    await talk(agent, customer, queue.number);
    await hangUpAndFinish(agent, customer);
    assert.equal((await app.lastEndedCall()).queueId, queue.id);
  });
});
