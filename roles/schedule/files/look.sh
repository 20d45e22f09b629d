# shellcheck shell=sh
# What the role has to know of the control host, in one look, one fact a line. Arguments: the user of the runs, who is ours when
# empty; the folder of the schedule; its unit, without the suffix; the calendar; and what has to be there.
us=$(id -un)
home=$(getent passwd "$us" | cut -d: -f6)
user=${1:-$us} folder=$2 unit=$3 calendar=$4
shift 4
case $folder in \~/*) folder=$home${folder#\~} ;; esac
case $unit in \~/*) unit=$home${unit#\~} ;; esac

echo "us=$us"
echo "uid=$(id -u)"
echo "home=$home"
getent passwd "$user" >/dev/null && echo "user=$user"
[ -d /run/systemd/system ] && echo 'systemd runs'
[ -d "$folder" ] && echo 'a folder'
[ -e "$unit.timer" ] && echo 'a timer'
[ -e "$folder/run.sh" ] && echo 'steps'
flock --version 2>/dev/null | grep -q util-linux && echo 'flock'
command -v crontab >/dev/null && echo 'crontab'
if command -v systemd-analyze >/dev/null; then
    problem=$(systemd-analyze calendar "$calendar" 2>&1 >/dev/null) || echo "calendar=$problem"
fi
for path do
    [ -e "$path" ] || echo "missing $path"
done
exit 0
