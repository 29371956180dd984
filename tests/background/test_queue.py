"""However often somebody presses, a few threads do the work, and a press twice is one job."""

import threading

from bot.background.thread import run_in_background
from bot.process.job_queue import MAX_THREADS, MAX_WAITING, JobQueue, Queued
from bot.services import Services
from tests.listeners.office import Office
from tests.patience import PATIENCE, until


class Work:
    """Jobs that wait until they may end."""

    def __init__(self) -> None:
        self.go, self.begun = threading.Event(), list[object]()

    def job(self, name: object) -> None:
        self.begun.append(name)
        assert self.go.wait(PATIENCE)


def press(services: Services, work: Work, person: str, what: str = "") -> bool:
    return run_in_background(services, "picture", lambda: work.job((person, what)), owner=(1, person), content=what)


def test_a_hundred_presses_of_many_people_take_two_threads(office: Office) -> None:
    services, work = office.services, Work()
    before = threading.active_count()
    assert all(press(services, work, f"U{n}") for n in range(100))
    until(lambda: len(work.begun) == MAX_THREADS)
    assert threading.active_count() - before <= MAX_THREADS
    work.go.set()
    assert services.in_flight.finish(PATIENCE), "and all of it counts as in hand until it is done"
    assert len(work.begun) == 100


def test_a_press_twice_is_one_job_and_another_job_of_the_same_person_waits(office: Office) -> None:
    services, work = office.services, Work()
    assert all(press(services, work, "U1") for _ in range(5))
    assert press(services, work, "U1", "another")
    assert press(services, work, "U2")
    until(lambda: len(work.begun) == MAX_THREADS)
    assert work.begun == [("U1", ""), ("U2", "")]
    work.go.set()
    assert services.in_flight.finish(PATIENCE)
    assert sorted(map(str, work.begun)) == sorted(map(str, [("U1", ""), ("U2", ""), ("U1", "another")]))


def test_when_it_is_done_it_can_be_asked_for_again(office: Office) -> None:
    services, work = office.services, Work()
    work.go.set()
    assert press(services, work, "U1")
    until(lambda: len(work.begun) == 1 and services.jobs.is_idle)
    assert press(services, work, "U1")
    until(lambda: len(work.begun) == 2)


def test_more_than_can_wait_is_refused() -> None:
    queue, work = JobQueue(), Work()
    for n in range(MAX_THREADS + MAX_WAITING):
        assert queue.put("picture", lambda: work.job(1), owner=n) is Queued.NOW
    assert queue.put("picture", lambda: work.job(1), owner="one more") is Queued.NOT
    assert queue.put("picture", lambda: work.job(1), owner=0) is Queued.BEFORE
    work.go.set()
    until(lambda: queue.is_idle)
