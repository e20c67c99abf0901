"""The node the other tests stand on: real, killable, the same after it comes back."""

from __future__ import annotations

import pytest
from elasticsearch import ConnectionError as NoConnection
from elasticsearch import Elasticsearch

from tests.peers.lucene.node import LuceneNode
from tests.peers.lucene.wire import PlainNode

pytestmark = pytest.mark.peer


def test_a_killed_node_comes_back_on_its_port_with_what_it_knew(lucene_node: LuceneNode) -> None:
    client = Elasticsearch(lucene_node.url, node_class=PlainNode, request_timeout=10, max_retries=0)
    client.index(index="kept", id="1", document={"said": "kertas"}, refresh=True)

    lucene_node.kill()
    with pytest.raises(NoConnection):
        client.info()
    lucene_node.start()

    assert client.get(index="kept", id="1")["_source"] == {"said": "kertas"}
    client.indices.delete(index="kept")
