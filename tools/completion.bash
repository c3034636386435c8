# completion.bash - what follows `entente` on a bash command line. Commands and
# options come from the program itself.

_entente_commands()
{
    entente --json help 2>/dev/null | grep -oE '"command":"[a-z-]+"' |
        sed 's/.*:"//; s/"//'
}

_entente_options()
{
    printf '%s\n' --dir --json --now --passphrase-file --help
    entente "$@" --help 2>/dev/null | sed -n 's/^\(--[a-z-]*\).*/\1/p'
}

_entente_kinds()
{
    entente act 2>/dev/null | sed -n '2,$s/^\([a-z-]*\) .*/\1/p'
}

_entente_words()
{
    COMPREPLY=($(compgen -W "$1" -- "$2"))
}

_entente()
{
    local current=$2 word command= part= place=0 i
    local parts=

    # The command, its part, and how many words it has so far.
    for ((i = 1; i < COMP_CWORD; i++)); do
        word=${COMP_WORDS[i]}
        case $word in
        --dir | --now | --passphrase-file) ((i++)) ;;
        --*) ;;
        *)
            if [[ -z $command ]]; then
                command=$word
            else
                ((place++))
                [[ $place -eq 1 ]] && part=$word
            fi
            ;;
        esac
    done
    case $command in
    key) parts="new list export passphrase grant retire compromise" ;;
    log) parts="vkey checkpoint cosign add-cosignature" ;;
    rule) parts="try check list" ;;
    power) parts="design compare" ;;
    esac

    if [[ -z $command ]]; then
        if [[ $current == -* ]]; then
            _entente_words "$(_entente_options) --version" "$current"
        else
            _entente_words "$(_entente_commands)" "$current"
        fi
    elif [[ $current == -* ]]; then
        # A part has options of its own.
        if [[ -n $parts && " $parts " == *" $part "* ]]; then
            _entente_words "$(_entente_options "$command" "$part")" "$current"
        else
            _entente_words "$(_entente_options "$command")" "$current"
        fi
    elif [[ -n $parts && $place -eq 0 ]]; then
        _entente_words "$parts" "$current"
        # A file may stand there too.
        [[ $command == power ]] && COMPREPLY+=($(compgen -f -- "$current"))
    elif [[ $command == help && $place -eq 0 ]]; then
        _entente_words "$(_entente_commands)" "$current"
    elif [[ $command == act && $place -eq 0 ]]; then
        _entente_words "$(_entente_kinds)" "$current"
    elif [[ $command == vote && $place -eq 1 ]]; then
        _entente_words "yes no abstain stand-aside object out" "$current"
    else
        COMPREPLY=($(compgen -f -- "$current"))
    fi
}

complete -o filenames -F _entente entente
