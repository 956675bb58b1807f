from tests.web.pages.browser import *
import pytest
@pytest.mark.parametrize("room", [*ROOMS])
def test_rooms(client, room):
    import time
    t=time.time()
    name = walk(client, to=room)
    print(room, time.time()-t)
    a = client.get(f"/plays/{name}/", follow=True)
    assert a.status_code == 200
def test_fin(finished):
    import time
    t=time.time()
    client, name = finished
    a = client.get(f"/plays/{name}/debrief/")
    assert a.status_code == 200
    assert b"What your decision was worth" in a.content
    print(time.time()-t)
