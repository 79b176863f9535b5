/** The completion scripts. They hold no names themselves: `revproxy-tui __complete WORDS` is asked each time. */

/** The word that scripts call the program with; no user needs to know it. */
export const COMPLETE = '__complete'

const bash = `# Completion of revproxy-tui for bash: source <(revproxy-tui completion bash)
_revproxy_tui() {
  local line=\${COMP_LINE:0:COMP_POINT} value about
  local -a words
  read -ra words <<<"$line"
  [[ $line == *[[:space:]] ]] && words+=('')
  local current=\${words[\${#words[@]}-1]} head=''
  # Bash takes words apart at colons and puts in only what comes after the last one.
  [[ $current == *:* && $COMP_WORDBREAKS == *:* ]] && head=\${current%"\${current##*:}"}
  COMPREPLY=()
  compopt +o default 2>/dev/null
  while IFS=$'\\t' read -r value about; do
    if [[ $value == :files ]]; then
      compopt -o default 2>/dev/null
    elif [[ $value == "$current"* ]]; then
      COMPREPLY+=("\${value#"$head"}")
    fi
  done < <("\${words[0]}" ${COMPLETE} "\${words[@]:1}" 2>/dev/null)
  [[ \${COMPREPLY[0]-} == *: ]] && compopt -o nospace 2>/dev/null
  return 0
}
complete -F _revproxy_tui revproxy-tui
`

const zsh = `#compdef revproxy-tui
# Completion of revproxy-tui for zsh: source <(revproxy-tui completion zsh), after compinit
_revproxy_tui() {
  local -a candidates
  local value about files=''
  while IFS=$'\\t' read -r value about; do
    if [[ $value == :files ]]; then
      files=1
    else
      candidates+=("\${value//:/\\\\:}\${about:+:$about}")
    fi
  done < <("\${words[1]}" ${COMPLETE} "\${(@)words[2,CURRENT]}" 2>/dev/null)
  (( $#candidates )) && _describe revproxy-tui candidates
  [[ -n $files ]] && _files
}
compdef _revproxy_tui revproxy-tui
`

const fish = `# Completion of revproxy-tui for fish: revproxy-tui completion fish > ~/.config/fish/completions/revproxy-tui.fish
function __revproxy_tui_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    for line in ($words[1] ${COMPLETE} $words[2..-1] "$current" 2>/dev/null)
        if test "$line" = ":files"
            __fish_complete_path "$current"
        else
            echo $line
        end
    end
end
complete -c revproxy-tui -f -a '(__revproxy_tui_complete)'
`

export const shells = {bash, zsh, fish} as const
export const shellNames = Object.keys(shells)
