/**
 * A notification on the desktop, by the tool that the system has for it. The tool runs on its own: nobody waits for it, and where it is missing
 * nothing happens. Texts are handed over as arguments or variables, never through a shell.
 */
import { spawn } from 'node:child_process'

/** A title and a text in the words of each system; undefined where there is no such tool. */
export interface NotifyCommand {
  readonly program: string
  readonly args: readonly string[]
  readonly env?: Readonly<Record<string, string>> | undefined
}

// The texts come from variables, so that nothing in them is taken for PowerShell.
const TOAST = [
  '$ErrorActionPreference="Stop"',
  '$m=[Windows.UI.Notifications.ToastNotificationManager,Windows.UI.Notifications,ContentType=WindowsRuntime]',
  '$x=$m::GetTemplateContent([Windows.UI.Notifications.ToastTemplateType]::ToastText02)',
  '$t=$x.GetElementsByTagName("text")',
  '[void]$t.Item(0).AppendChild($x.CreateTextNode($env:TOKUSAGE_TITLE))',
  '[void]$t.Item(1).AppendChild($x.CreateTextNode($env:TOKUSAGE_TEXT))',
  '$n=New-Object Windows.UI.Notifications.ToastNotification $x',
  '$m::CreateToastNotifier("{1AC14E77-02E7-4E5D-B744-2EB1AE5198B7}\\WindowsPowerShell\\v1.0\\powershell.exe").Show($n)',
].join(';')

export const notifyCommand = (platform: NodeJS.Platform, title: string, text: string): NotifyCommand => {
  if (platform === 'darwin') {
    const script = ['on run argv', 'display notification (item 2 of argv) with title (item 1 of argv)', 'end run']
    return { program: 'osascript', args: [...script.flatMap(line => ['-e', line]), title, text] }
  }
  if (platform === 'win32') {
    return {
      program: 'powershell.exe',
      args: ['-NoProfile', '-NonInteractive', '-Command', TOAST],
      env: { TOKUSAGE_TITLE: title, TOKUSAGE_TEXT: text },
    }
  }
  return { program: 'notify-send', args: ['--app-name=tokusage', '--', title, text] }
}

/** Tells the desktop and returns at once. */
export const notify = (platform: NodeJS.Platform, title: string, text: string): void => {
  const { program, args, env } = notifyCommand(platform, title, text)
  const child = spawn(program, [...args], {
    detached: true,
    stdio: 'ignore',
    windowsHide: true,
    env: { ...process.env, ...env },
  })
  child.on('error', () => {
    // no such tool on this machine: the warning itself was given where it belongs
  })
  child.unref()
}

/** The sequence by which a terminal is asked to notify (OSC 9); `text` without control characters. */
export const terminalNotice = (text: string): string => `\x1b]9;${text.replace(/[\x00-\x1f\x7f-\x9f]/g, ' ')}\x07`
