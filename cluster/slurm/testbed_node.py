"""Process 1 of a node of the test cluster: cluster/testbed starts it in namespaces of its own.

    testbed_node.py FOLDER NODE [CONTROLLER...]    the control groups that Slurm limits memory by, if it shall
"""

import os
import pathlib
import signal
import socket
import subprocess
import sys

HEAD = "ctl"


def start_time(pid):
    """When a process started, by the kernel's clock: with it a pid is one process for ever, and not its successor's."""
    try:
        return int(pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19])
    except (FileNotFoundError, ProcessLookupError):
        return None


def mount(*words):
    subprocess.run(["mount", *map(str, words)], check=True, stdout=subprocess.DEVNULL)


def see_as_a_node(folder, name, controllers):
    """Files and a name of the node's own. The rest is the machine's."""
    mount("-t", "proc", "proc", "/proc")
    mount("-t", "tmpfs", "-o", "mode=1777", "tmpfs", "/dev/shm")
    mount("-t", "tmpfs", "-o", "mode=755", "tmpfs", "/run")
    mount("--bind", folder / "node-tmp" / name, folder / "tmp")
    mount("--bind", folder / "hosts", "/etc/hosts")
    socket.sethostname(name)
    if controllers:
        mount("-t", "tmpfs", "tmpfs", "/sys/fs/cgroup")
        for controller in controllers:
            os.mkdir(f"/sys/fs/cgroup/{controller}")
            mount("-t", "cgroup", "-o", controller, "cgroup", f"/sys/fs/cgroup/{controller}")
    os.mkdir("/run/munge", 0o755)
    os.mkdir("/run/slurmd", 0o755)


def daemons(folder, name):
    slurm = ["slurmctld", "-D"] if name == HEAD else ["slurmd", "-D", "-N", name]
    return {"munged": ["munged", "--foreground", "--force", f"--key-file={folder}/munge.key", "--num-threads=2",
                       "--socket=/run/munge/munge.socket.2", "--pid-file=/run/munge/munged.pid",
                       f"--log-file={folder}/log/munged-{name}.log", "--seed-file=/run/munge/munged.seed"],
            slurm[0]: [*slurm, "-f", f"{folder}/slurm.conf"]}


def start(command, log):
    with open(log, "ab") as out:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=out, start_new_session=True,
                                   preexec_fn=lambda: signal.pthread_sigmask(signal.SIG_SETMASK, []))
    process.returncode = 0  # keep() is who waits for it
    return process.pid


def keep(commands, log):
    """Starts the daemons that do not run whenever SIGHUP asks for it, and buries the dead of the node."""
    running = {}  # pid: name
    while True:
        if signal.sigwait({signal.SIGHUP, signal.SIGCHLD}) == signal.SIGHUP:
            for name in commands.keys() - set(running.values()):
                running[start(commands[name], log)] = name
        try:
            while (pid := os.waitpid(-1, os.WNOHANG)[0]) != 0:
                running.pop(pid, None)
        except ChildProcessError:
            pass


def main():
    folder, name, controllers = pathlib.Path(sys.argv[1]), sys.argv[2], sys.argv[3:]
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGHUP, signal.SIGCHLD})  # and none is lost from here on
    pid = os.readlink("/proc/self")  # /proc is still the machine's, which is where others look for this process
    (folder / "nodes" / name).write_text(f"{pid} {start_time(pid)}\n")
    see_as_a_node(folder, name, controllers)
    keep(daemons(folder, name), folder / "log" / f"node-{name}.out")


if __name__ == "__main__":
    main()
