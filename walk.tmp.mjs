import {spawn} from '@lydell/node-pty'
import xterm from '@xterm/headless'
import {readFileSync, writeFileSync, mkdirSync, rmSync} from 'node:fs'
import {setTimeout as delay} from 'node:timers/promises'
import {createServer} from 'node:net'
import {keymap} from './build/source/dashboard/key-table.js'
const [cols,rows]=process.argv[2].split('x').map(Number); const extra=process.argv.slice(3)
const port=await new Promise(r=>{const s=createServer().listen(0,'127.0.0.1',()=>{const p=s.address().port;s.close(()=>r(p))})})
const dir=`/tmp/screens/walk/${cols}x${rows}${extra.join('')}`; rmSync(dir,{recursive:true,force:true}); mkdirSync(dir,{recursive:true})
writeFileSync(dir+'/w.yaml',readFileSync('sample.yaml','utf8').replace(/port: 8080/,`port: ${port}`))
const term=new xterm.Terminal({cols,rows,allowProposedApi:true,scrollback:1000})
const {CI,NO_COLOR,...env}=process.env
const p=spawn(process.execPath,['/tmp/wt/screens/dist/bin.js',dir+'/w.yaml','--demo',...extra],{cols,rows,name:'xterm-256color',cwd:dir,env:{...env,TERM:'xterm-256color',COLORTERM:'truecolor',PAGER:'cat',HOME:dir,TMPDIR:dir}})
let inFrame=false, exit; let osc52=0
p.onData(d=>{if(d.includes('\x1b]52')) osc52++; term.write(d)}); p.onExit(e=>exit=e.exitCode)
term.parser.registerCsiHandler({prefix:'?',final:'h'},([m])=>{if(m===2026)inFrame=true;return false}); term.parser.registerCsiHandler({prefix:'?',final:'l'},([m])=>{if(m===2026)inFrame=false;return false})
const settle=()=>new Promise(r=>term.write('',r))
async function frame(){ for(let i=0;i<50;i++){await settle(); if(!inFrame) break; await delay(5)} const b=term.buffer.active; return Array.from({length:rows},(_,r)=>b.getLine(b.baseY+r)?.translateToString(true)??'')}
const seq={up:'\x1b[A',down:'\x1b[B',right:'\x1b[C',left:'\x1b[D',enter:'\r',esc:'\x1b',tab:'\t',space:' ',pageup:'\x1b[5~',pagedown:'\x1b[6~',home:'\x1b[H',end:'\x1b[F',backspace:'\x7f',delete:'\x1b[3~'}
const bytes=k=>seq[k]??(k.startsWith('ctrl+')?String.fromCharCode(k.charCodeAt(5)-96):k)
const screens={services:['\x1b','1'],service:['\x1b','1','g','\r'],latency:['\x1b','1','g','\r','3'],routes:['\x1b','1','g','\r','4'],serviceconf:['\x1b','1','g','\r','5'],requests:['\x1b','2','g'],inspector:['\x1b','2','g','j','\r'],zoom:['\x1b','2','g','j','\r','z'],errors:['\x1b','3'],events:['\x1b','4'],config:['\x1b','5'],help:['\x1b','?'],palette:['\x1b',':'],filter:['\x1b','/'],paused:['\x1b','1','p'],rewound:['\x1b','1','[']}
await delay(4000)
const problems=[]; const log=[]
function check(lines,what){ const title=lines[0]??''
 if(exit!==undefined){problems.push(`${what}: EXITED ${exit}`);return}
 if(rows>=8&&cols>=40&&!/revproxy|retry-proxy|›/.test(title)&&!/proxy/.test(title)) problems.push(`${what}: title is ${JSON.stringify(title)}`)
 if(term.buffer.active.type!=='alternate') problems.push(`${what}: not alternate`)
 if(term.buffer.active.baseY!==0) problems.push(`${what}: scrolled ${term.buffer.active.baseY}`)
 const all=lines.join('\n'); if(/undefined|NaN|\[object|at file:|TypeError|Infinity/.test(all)) problems.push(`${what}: odd text: ${all.match(/.*(undefined|NaN|\[object|at file:|TypeError|Infinity).*/)[0]}`)
 if((lines.at(-1)??'').trim()==='') problems.push(`${what}: no footer`)
}
const keys=[...new Set(Object.entries(keymap).filter(([n])=>!['quit','stop','leave','detach','suspend'].includes(n)).flatMap(([n,b])=>b.keys))]
for(const [name,way] of Object.entries(screens)){
 for(const k of keys){ if(k==='ctrl+c') continue
  for(const w of ['\x1b','\x1b',...way]){p.write(w);await delay(w==='\x1b'?28:18)}
  await delay(25)
  p.write(bytes(k)); await delay(60)
  const lines=await frame(); check(lines,`${name} + ${k}`)
  log.push(`=== ${name} + ${k}\n`+lines.join('\n'))
  // whatever it opened: enter text, escape
  if(k==='p'||k==='['||k===']') {}
  p.write('n'); await delay(20) // answer no to any question
  p.write('\x1b');await delay(28)
  if(name==='paused'||name==='rewound'||k==='p'||k==='['){ const t=(await frame())[0]; if(/PAUSED|REW/.test(t)){p.write('p');await delay(30)} }
  if(exit!==undefined) break
 }
 if(exit!==undefined) break
}
writeFileSync(dir+'/frames.txt',log.join('\n'))
p.write('\x1b');await delay(40);p.write('\x1b');await delay(40);p.write('q');await delay(800); let l=await frame(); if(exit===undefined){p.write('y');await delay(3500)}
if(exit===undefined){p.write('\x03');await delay(1500)}
await settle()
console.log(`${cols}x${rows} ${extra}`,'exit',exit,'buffer',term.buffer.active.type,'mouse',term.modes.mouseTrackingMode,'osc52',osc52,'last lines:',JSON.stringify(Array.from({length:3},(_,i)=>term.buffer.active.getLine(i)?.translateToString(true))))
console.log([...new Set(problems)].slice(0,40).join('\n')); if(exit===undefined)p.kill('SIGKILL')
process.exit()
