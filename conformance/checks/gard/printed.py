"""The code lists as the document prints them (L59-L510), and the vocabularies it names."""

from __future__ import annotations

# 55 stores.
PLATFORMS = tuple(
    """
    7digital acrcloud amazon_music anghami apple_music audiblemagic awa base_nda beeline_kz
    beeline_t2_ringbacktone clicknclear cron_telecom deezer flo fonmix gomusic iheart jaxsta jiosaavn
    kkbox likee line_music_rythm lyricfind megafon_ringbacktone mixcloud mobi_music mobi_music_kz
    mts_ringbacktone musixmatch netease other_distribution pandora peloton presto_music pretzel
    rao_russian_authors_society ringbacktone_partner smule soundcloud soundexchange spotify
    spotify_video tencent tidal tiktok trebel vk_music vk_video
    vois_russian_organization_for_intellectual_property yandex_music yandex_video
    youtube_sound_recording youtube_copyright youtube_music zvuk_wink_music
    """.split()
)
# 248 territories, the group cis among them.
COUNTRIES = tuple(
    """
    af ax al dz as ad ao ai aq ag ar am aw au at az bs bh bd bb by be bz bj bm bt bo bq ba bw bv br io
    vg bn bg bf bi kh cm ca cv ky cf td cl cx cis cc co km ck cr ci hr cu cy cz kp cd dk dj dm do tl ec
    eg sv gq er ee et fk fo fm fj fi fr gf pf tf ga gm ge de gh gi gr gl gd gp gu gt gg gn gw gy ht hm
    va hn hk hu is in id ir iq ie im il it jm jp je jo kz ke ki xk kw kg la lv lb ls lr ly li lt lu mo
    mk mg mw my mv ml mt mh mq mr mu yt mx md mc mn me ms ma mz mm na nr np nl an nc nz ni ne ng nu nf
    mp no om pk pw ps pa pg py pe ph pn pl pt cn pr qa cg kr re ro ru rw kn lc vc ws sm st sa sn rs sc
    sl sg sk si sb so za gs ss es lk sh pm sd sr sj sz se ch sy tw tj tz th tg tk to tt tn tr tm tc tv
    um ug ua ae gb us vi uy uz vu ve vn wf eh ye zm zw
    """.split()
)
# 65 languages.
LANGUAGES = tuple(
    """
    ae az en ar hy af be bn bg hu vi ht el ka da zu he id ga is es it kk ca ky zh ko lo la lv lt ms de
    nl no pa fa pl pt ro ru sa sk sl tl tg th ta tt te tr tk uz uk ur fi fr hi hr ce cs cv sv et ja
    """.split()
)
# 46 root genres.
GENRES = tuple(
    """
    alternative anime arabic armenian blues brazilian children_s_music chinese christian_gospel
    classical comedy country cuban dance disney easy_listening electronic enka fitness_workout folk
    french_pop german_folk german_pop hip_hop_rap holiday indian inspirational instrumental j_pop jazz
    karaoke kayokyoku korean latin marching_bands new_age pop r_b_soul reggae rock russian
    singer_songwriter soundtrack spoken_word vocal world
    """.split()
)
# 25 subgenres of alternative, the one root whose subgenres are printed.
ALTERNATIVE = tuple(
    """
    adult_alternative alternative_metal alternative_rock chinese_alt college_rock egyptian_tarab emo
    emo_rap goth_rock grunge hardcore_punk indie_egyptian indie_levant indie_maghreb indie_pop
    indie_rock iraqi_tarab khaleeji_tarab korean_indie metalcore new_wave pop_punk post_hardcore punk
    rap_metal
    """.split()
)

STAGES = ("submitted", "under_review", "sent_to_stores", "live", "rejected")
ALBUM_TYPES = ("Single", "EP", "Album", "Compilation")
PRICES = {"Single": 500, "EP": 700, "Album": 850, "Compilation": 850}
TRACK_COUNTS = {"Single": (1, 1), "EP": (2, 6), "Album": (7, 30), "Compilation": (7, 30)}
PITCH_PRICE = 50
PITCH_PLATFORMS = ("yandex_music", "vk_music", "zvooq", "amazon_music", "spotify", "apple_music")
ROLES = ("artist", "composer", "songwriter", "featured_artist")
