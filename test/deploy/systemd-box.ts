/** A real systemd, the first process of namespaces of its own, in which the program is installed and its units are. */
import {type ChildProcess, spawn, spawnSync} from 'node:child_process'
import {mkdtempSync, readFileSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {basename, join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {until} from '../proxy/until.ts'

const project = fileURLToPath(new URL('../../../', import.meta.url))
const namespaces = ['--pid', '--mount', '--net', '--uts', '--ipc']

export interface Said {
  readonly status: number | null
  /** both outputs */
  readonly text: string
}

export class SystemdBox {
  readonly #folder = mkdtempSync(join(tmpdir(), 'revproxy-tui-'))
  readonly #child: ChildProcess
  #said = ''
  #init = ''

  private constructor() {
    const script = join(project, 'test', 'deploy', 'systemd-box.sh')
    const args = [...namespaces, '--fork', '--kill-child', '--propagation', 'private']
    this.#child = spawn('unshare', [...args, script, this.#folder, project, process.execPath], {
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    this.#child.stderr?.on('data', piece => {
      this.#said += piece
    })
  }

  /** Gives the reason where this machine cannot do that. */
  static async boot(t: {after(step: () => void | Promise<void>): void}): Promise<SystemdBox | string> {
    if (process.getuid?.() !== 0) return 'needs root'
    const box = new SystemdBox()
    let failed: string | undefined
    box.#child.once('error', ({message}) => {
      failed = message
    })
    box.#child.once('exit', () => {
      failed ??= `systemd cannot be started here: ${box.#said}`
    })
    t.after(() => box.#end())
    await until(() => failed !== undefined || box.#isUp())
    return failed ?? box
  }

  /** Runs a shell's command in it. */
  run(command: string): Said {
    const inside = ['-t', this.#init, ...namespaces, '--cgroup', '--root', 'sh', '-c', `cd /; ${command}`]
    const {status, stdout, stderr} = spawnSync('nsenter', inside, {
      encoding: 'utf8',
      env: {PATH: '/usr/local/bin:/usr/bin:/bin'},
    })
    return {status, text: stdout + stderr}
  }

  /** The same, for what goes on for a while. */
  spawn(command: string): ChildProcess {
    const inside = [
      '-t',
      this.#init,
      ...namespaces,
      '--cgroup',
      '--root',
      'sh',
      '-c',
      `cd /; exec ${command}`,
    ]
    return spawn('nsenter', inside, {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: {PATH: '/usr/local/bin:/usr/bin:/bin'},
    })
  }

  #isUp(): boolean {
    if (this.#init === '') this.#init = childOf(this.#child.pid)
    return this.#init !== '' && this.run('systemctl is-active box.target').text.startsWith('active')
  }

  async #end(): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
      this.#child.kill('SIGKILL')
      await new Promise(resolve => this.#child.once('exit', resolve))
    }
    // Its cgroups stay when their processes have gone.
    const name = basename(this.#folder)
    const sweep = `mount -t cgroup2 cgroup2 ${this.#folder} && find ${this.#folder}/${name} -depth -type d -exec rmdir {} +`
    await until(() => spawnSync('unshare', ['--mount', 'sh', '-c', sweep]).status === 0).catch(() => {})
    rmSync(this.#folder, {recursive: true, force: true})
  }
}

/** Empty: none yet. */
function childOf(pid: number | undefined): string {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1').trim()
  } catch {
    return ''
  }
}
