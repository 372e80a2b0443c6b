# bash completion of mailwright and its links: the program itself knows what may stand at the cursor

# The words of the command line up to the cursor, quotes removed, in the array `words`, and the last as it is typed in
# `typed`. COMP_WORDS cannot be used as it is: bash cuts words at @, : and = too.
_mailwright_words() {
    local line=${COMP_LINE:0:COMP_POINT} quote='' char word='' started=''
    local -i at
    words=() typed=''
    for ((at = 0; at < ${#line}; at++)); do
        char=${line:at:1}
        if [[ -z $quote && $char == [[:blank:]] ]]; then
            [[ -n $started ]] && words+=("$word")
            word='' typed='' started=''
            continue
        fi
        started=1 typed+=$char
        if [[ $char == "$quote" ]]; then
            quote=''
        elif [[ -z $quote && $char == [\'\"] ]]; then
            quote=$char
        elif [[ $char == '\' && $quote != "'" ]]; then
            ((at++))
            word+=${line:at:1} typed+=${line:at:1}
        else
            word+=$char
        fi
    done
    words+=("$word")
}

_mailwright() {
    local -a words
    local typed candidate before
    _mailwright_words
    # what stands before this command: sudo(8) and variables
    while [[ ${#words[@]} -gt 1 && ${words[0]##*/} != "${1##*/}" ]]; do words=("${words[@]:1}"); done
    before=${words[*]:0:${#words[@]}-1}
    COMPREPLY=()
    if [[ $before == *' --root' || $before == *' --output-filename' || $before == *' import' ]]; then
        compopt -o default
        return
    fi
    # readline replaces only what follows the last of these in an unquoted word; of @ it keeps the sign itself
    local cut=''
    [[ $typed == *[:=]* && $COMP_WORDBREAKS == *:* ]] && cut=${typed%"${typed##*[:=]}"}
    [[ ${typed#"$cut"} == *@* && $COMP_WORDBREAKS == *@* ]] && cut=${typed%"@${typed##*@}"}
    while IFS=$'\t' read -r candidate _; do
        [[ $typed == [\'\"]* ]] || printf -v candidate %q "$candidate"
        COMPREPLY+=("${candidate#"$cut"}")
    done < <(mailwright complete "${words[0]##*/}" "${words[@]:1}" 2>/dev/null)
    # commands whose arguments are files
    local takes_files='^[^ ]+ (scan|bayes learn)( |$)'
    [[ ${#COMPREPLY[@]} == 0 && ($typed == [./~]* || $before =~ $takes_files && $typed != -*) ]] && compopt -o default
    return 0
}

complete -o nosort -F _mailwright mailwright config db signal-event expand-template
