import { type Locator, type Page } from 'playwright-core';
import { signIn, type Windows } from '../../support/browser.js';
import { type Person } from './agent-page.js';

/** The administration, as somebody uses it who follows a manual: by what is written on the screen. */
export class AdminPage {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  static async open(windows: Windows, url: string, person: Pick<Person, 'login' | 'password'>): Promise<AdminPage> {
    const page = await windows.open(`${url}/sign-in`);
    await signIn(page, person.login, person.password);
    return new AdminPage(page);
  }

  get main(): Locator {
    return this.page.getByRole('main');
  }

  /** What the menu offers, from the top. */
  menu(): Promise<readonly string[]> {
    return this.page.locator('#main-menu a').allInnerTexts();
  }

  /** The way to the screen, as it is shown above it. */
  crumbs(): Promise<readonly string[]> {
    return this.main.locator('.crumbs li').allInnerTexts();
  }

  /** Goes the way "Administração > first > second …" and waits for the screen with this title. */
  async walk(way: readonly string[], screen: string): Promise<void> {
    await this.page.locator('#main-menu').getByRole('link', { name: 'Administração', exact: true }).click();
    await this.waitForScreen('Administração');
    for (const [index, label] of way.entries()) {
      // A section's title, or a block's.
      await this.page
        .locator('[data-section] h2 a, [data-section] a strong')
        .filter({ hasText: exactly(label) })
        .click();
      await this.waitForScreen(index === way.length - 1 ? screen : label);
    }
  }

  waitForScreen(title: string): Promise<void> {
    return this.main.getByRole('heading', { level: 1, name: title, exact: true }).waitFor();
  }

  press(button: string): Promise<void> {
    return this.main.getByRole('button', { name: button, exact: true }).click();
  }

  follow(link: string): Promise<void> {
    return this.main.getByRole('link', { name: link, exact: true }).click();
  }

  field(label: string): Locator {
    return this.main.getByLabel(label, { exact: true });
  }

  /** Waits until the page says so. */
  says(text: string): Promise<void> {
    return this.main.getByText(text).first().waitFor();
  }

  /** The row of a table whose heading has this name. */
  row(name: string): Locator {
    return this.main.getByRole('row').filter({ has: this.page.locator('th[scope=row]').filter({ hasText: name }) });
  }

  /** What is ticked under a label of several. */
  async ticked(group: Locator): Promise<readonly string[]> {
    return group.locator('label:has(input:checked)').allInnerTexts();
  }

  /** Makes a profile of these permissions, listed under the tabs they are found in. */
  async makeProfile(name: string, permissions: Readonly<Record<string, readonly string[]>>): Promise<void> {
    await this.walk(['Perfis'], 'Perfis');
    await this.follow('Novo');
    await this.field('Nome').fill(name);
    for (const [tab, labels] of Object.entries(permissions)) {
      await this.page.getByRole('tab', { name: new RegExp(`^${tab}`) }).click();
      for (const label of labels) await this.page.getByRole('tabpanel').getByLabel(label, { exact: true }).check();
    }
    await this.press('Salvar');
    await this.says(`O perfil “${name}” foi criado.`);
  }

  async makeUser(person: Omit<Person, 'id'>, profile: string): Promise<void> {
    await this.walk(['Usuários', 'Usuário'], 'Usuários');
    await this.follow('Novo');
    await this.field('Nome').fill(person.name);
    await this.field('Login').fill(person.login);
    await this.field('Perfil').selectOption({ label: profile });
    await this.field('Senha').fill(person.password);
    await this.press('Salvar');
    await this.says(`“${person.name}” foi salvo.`);
  }

  /** Ticks a name in "Nome" and chooses in "Usuário Unity", by typing part of it as one does. */
  async associate(name: string, unityUser: string): Promise<void> {
    await this.tickForAssociation(name);
    await this.row(name).getByLabel(`Usuário Unity de ${name}`).fill(unityUser);
    await this.press('Salvar');
    await this.says('1 usuário foi associado.');
  }

  async tickForAssociation(name: string): Promise<void> {
    await this.walk(['Usuários', 'Associação com usuário do Unity'], 'Associação com usuário do Unity');
    await this.row(name).getByRole('checkbox').check();
  }

  /** Opens a user's "Atendimento", from the list. */
  async openService(name: string): Promise<void> {
    await this.walk(['Usuários', 'Usuário'], 'Usuários');
    await this.follow(name);
    await this.waitForScreen(name);
    await this.follow('Atendimento');
    await this.main.getByText('Filas de voz', { exact: true }).waitFor();
  }
}

function exactly(text: string): RegExp {
  return new RegExp(`^${text.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)}$`);
}
