# fish completion of mailwright and its links: the program itself knows what may stand at the cursor

function __mailwright_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    set words[1] (string replace -r '.*/' '' -- $words[1])
    set -l found
    if not contains -- $words[-1] --root --output-filename import
        # the current word, but for its quotes, as the program is to see it
        set found (mailwright complete $words (string unescape -- $current; or string trim -lc '"\'' -- $current) 2>/dev/null)
    end
    if set -q found[1]
        printf '%s\n' $found
    else if contains -- $words[-1] --root --output-filename import; or string match -qr '^[./~]' -- $current
        __fish_complete_path $current
    else if string match -qr '^\S+ (scan|bayes learn)( |$)' -- "$words"; and not string match -q -- '-*' $current
        # commands whose arguments are files
        __fish_complete_path $current
    end
end

for name in mailwright config db signal-event expand-template
    complete -c $name -f -k -a '(__mailwright_complete)'
end
