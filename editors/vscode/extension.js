// Starts `mqwarden lsp` for rule files and hands everything to the language client
// of VS Code: what can be done with a rule file, the server says.
'use strict';

const vscode = require('vscode');
const { LanguageClient, TransportKind } = require('vscode-languageclient/node');

let client;

function newClient() {
  const settings = vscode.workspace.getConfiguration('mqwarden');
  return new LanguageClient(
    'mqwarden',
    'mqwarden',
    {
      command: settings.get('path') || 'mqwarden',
      args: ['lsp'],
      transport: TransportKind.stdio,
    },
    {
      documentSelector: [{ language: 'mqwarden' }],
      initializationOptions: { rules: settings.get('rules') || [] },
      synchronize: { configurationSection: 'mqwarden' },
    },
  );
}

async function start() {
  client = newClient();
  try {
    await client.start();
  } catch (error) {
    vscode.window.showErrorMessage(
      `mqwarden: the language server does not start (${error.message}); ` +
        'name the program in the setting mqwarden.path');
  }
}

async function stop() {
  const stopped = client;
  client = undefined;
  if (stopped && stopped.needsStop()) await stopped.stop();
}

async function activate(context) {
  context.subscriptions.push(
    vscode.commands.registerCommand('mqwarden.restart', async () => {
      await stop();
      await start();
    }),
    vscode.workspace.onDidChangeConfiguration(async (event) => {
      if (!event.affectsConfiguration('mqwarden.path')) return;
      await stop();
      await start();
    }),
  );
  await start();
}

module.exports = { activate, deactivate: stop };
