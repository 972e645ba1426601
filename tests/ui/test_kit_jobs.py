"""Jobs: answers arrive on the window's thread, and never at somebody who is gone."""

import threading

import pytest
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from client.ui.jobs import Jobs, Token


def test_the_answer_comes_on_the_windows_thread(qtbot, jobs):
    seen = []
    owner = QObject()
    work_thread = []

    def work():
        work_thread.append(threading.current_thread())
        return 7

    jobs.run(owner, work, lambda result: seen.append((result, threading.current_thread())))
    qtbot.waitUntil(lambda: bool(seen))
    assert seen == [(7, threading.main_thread())]
    assert work_thread[0] is not threading.main_thread()


def test_errors_go_to_their_own_or_to_problem(qtbot, jobs):
    mine, others = [], []
    owner = QObject()
    jobs.problem.connect(others.append)
    jobs.run(owner, lambda: 1 / 0, mine.append, mine.append)
    jobs.run(owner, lambda: 1 / 0, mine.append)
    qtbot.waitUntil(lambda: len(mine) == len(others) == 1)
    assert isinstance(mine[0], ZeroDivisionError)


def test_a_dead_owner_hears_nothing(qtbot, jobs, qapp):
    seen = []
    for number in range(200):
        owner = QWidget()
        jobs.run(owner, lambda number=number: number, seen.append)
        owner.deleteLater()
        del owner
    qapp.sendPostedEvents(None, 52)
    qtbot.waitUntil(lambda: not jobs.busy())
    assert seen == []


@pytest.mark.parametrize("late", [False, True])
def test_cancelling_drops_the_answer_and_stops_the_work(qtbot, jobs, late):
    token, seen, stopped = Token(), [], []
    owner, running, go_on = QObject(), threading.Event(), threading.Event()

    def work():
        if not late:
            token.on_cancel(lambda: stopped.append(1))
        running.set()
        go_on.wait(10)
        if late:
            token.on_cancel(lambda: stopped.append(1))

    jobs.run(owner, work, seen.append, token=token)
    running.wait(10)
    token.cancel()
    go_on.set()
    qtbot.waitUntil(lambda: not jobs.busy())
    assert seen == []
    qtbot.waitUntil(lambda: stopped == [1])


def test_wait_returns_when_all_work_is_done():
    jobs, done = Jobs(), []
    for number in range(20):
        jobs.run(jobs, lambda number=number: done.append(number), repr)
    jobs.wait()
    assert len(done) == 20
