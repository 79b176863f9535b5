/** What nginx needs to run from a folder of its own, as a proxy and as the origin alike. */
import {mkdirSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'

const temporaryPaths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
  .map(name => `  ${name}_temp_path temporary/${name};`)
  .join('\n')

/** Writes `folder`/nginx.conf around the text of its http block; gives the command. */
export function nginxCommand(folder, http) {
  mkdirSync(join(folder, 'temporary'), {recursive: true})
  const user = process.getuid?.() === 0 ? 'user root;' : ''
  const text = `
${user}
daemon off;
worker_processes 1;
worker_rlimit_nofile 65536;
pid nginx.pid;
error_log stderr crit;
events { worker_connections 65536; }
http {
  access_log off;
  keepalive_timeout 300s;
  keepalive_requests 1000000000;
${temporaryPaths}
${http}
}
`
  writeFileSync(join(folder, 'nginx.conf'), text)
  return ['nginx', '-p', folder, '-c', 'nginx.conf', '-e', 'stderr']
}
